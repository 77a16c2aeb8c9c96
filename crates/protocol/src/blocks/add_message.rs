//! `add-message`: puts a message into a thread.

use std::sync::Arc;

use domain::Role;

use super::source;
use crate::cx::Cx;
use crate::mapping::Mapping;
use crate::program::{AddMessage, Place, Type, UiContent};
use crate::prompts;
use crate::rules::{missing_key, not_a_file, unknown_source, unstarted_thread, video_unseen};
use crate::scope::Scope;
use crate::table::Table;

const ROLES: &[(&str, Role)] = &[
    ("user", Role::User),
    ("assistant", Role::Assistant),
    ("system", Role::System),
];

pub(super) fn lower(cx: &mut Cx<'_>, scope: &Scope<'_>, table: &Table<'_>) -> Option<AddMessage> {
    unstarted_thread::check_absent(cx, table);
    let mapping = Mapping::read(cx, scope, table);
    let prompt = table
        .text("prompt")
        .and_then(|name| prompts::expand(cx, scope, &mapping, name));
    let place = source(cx, scope, table, "uiContent");
    // A message must say something: to the model, or at least to the client.
    if table.get("prompt").is_none() && table.get("uiContent").is_none() {
        let problem = missing_key::report(table.region, "`add-message`", "prompt");
        cx.problems.push(problem);
    }
    let files = files(cx, scope, table);
    Some(AddMessage {
        role: table.choice("role", ROLES)?,
        prompt,
        ui_content: place.map(|place| UiContent {
            type_name: scope.type_of(&place).and_then(type_name),
            place,
        }),
        visible: table.bool("visible").unwrap_or(true),
        files,
    })
}

fn type_name(ty: &Type) -> Option<Arc<str>> {
    if let Type::Named(named) = ty {
        Some(Arc::clone(&named.name))
    } else {
        None
    }
}

fn files(cx: &mut Cx<'_>, scope: &Scope<'_>, table: &Table<'_>) -> Vec<Place> {
    let mut files = Vec::new();
    for name in table.texts("files") {
        if let Some(place) = unknown_source::check(cx, scope, name) {
            not_a_file::check(cx.problems, scope, &place, name);
            video_unseen::check(cx, table, name);
            files.push(place);
        }
    }
    files
}

//! `add-message`: puts a message into a thread.

use domain::Role;

use crate::cx::Cx;
use crate::mapping::Mapping;
use crate::program::{AddMessage, Place, UiContent};
use crate::prompts;
use crate::rules::{missing_key, not_a_file, unknown_source, wrong_shape};
use crate::scope::Scope;
use crate::table::{self, Table, Text};

const ROLES: &[(&str, Role)] = &[
    ("user", Role::User),
    ("assistant", Role::Assistant),
    ("system", Role::System),
];

pub(super) fn lower(cx: &mut Cx<'_>, scope: &Scope<'_>, table: &Table<'_>) -> Option<AddMessage> {
    let role = table
        .required(cx.problems, "role")
        .and_then(|_| table.choice(cx.problems, "role", ROLES));
    let mapping = Mapping::read(cx, scope, table);
    let prompt = table
        .text(cx.problems, "prompt")
        .and_then(|name| prompts::expand(cx, scope, &mapping, name));
    let place = table
        .text(cx.problems, "uiContent")
        .and_then(|text| unknown_source::check(cx, scope, text));
    // A message must say something: to the model, or at least to the client.
    if table.get("prompt").is_none() && table.get("uiContent").is_none() {
        let problem = missing_key::report(table.region, "`add-message`", "prompt");
        cx.problems.push(problem);
    }
    Some(AddMessage {
        role: role?,
        prompt,
        ui_content: place.map(|place| UiContent {
            place,
            type_name: None,
        }),
        visible: table.bool(cx.problems, "visible").unwrap_or(true),
        files: files(cx, scope, table),
    })
}

fn files(cx: &mut Cx<'_>, scope: &Scope<'_>, table: &Table<'_>) -> Vec<Place> {
    let node = table.get("files");
    let items = node.and_then(|node| table::items(cx.problems, "files", "a list of names", node));
    let mut files = Vec::new();
    for item in items.unwrap_or_default() {
        let Some(name) = Text::of(item) else {
            let problem = wrong_shape::item(item, "files", "names");
            cx.problems.push(problem);
            continue;
        };
        if let Some(place) = unknown_source::check(cx, scope, name) {
            not_a_file::check(cx.problems, scope, &place, name);
            files.push(place);
        }
    }
    files
}

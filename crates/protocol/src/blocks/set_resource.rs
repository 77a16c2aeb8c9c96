//! `set-resource`: sets a resource, and tells the client.

use std::sync::Arc;

use super::source;
use crate::cx::Cx;
use crate::program::SetResource;
use crate::rules::{readonly_resource, resources_deprecated, unknown_resource};
use crate::scope::Scope;
use crate::table::Table;

pub(super) fn lower(cx: &mut Cx<'_>, scope: &Scope<'_>, table: &Table<'_>) -> Option<SetResource> {
    let region = table.get("block").map_or(table.region, |node| node.region);
    cx.problems.push(resources_deprecated::block(region));
    let resource = table.text("resource").and_then(|name| {
        let (resource, declared) = unknown_resource::check(cx, name)?;
        if declared.readonly {
            cx.problems.push(readonly_resource::report(name));
        }
        Some(Arc::clone(resource))
    });
    let value = source(cx, scope, table, "value");
    Some(SetResource {
        resource: resource?,
        value: value?,
    })
}

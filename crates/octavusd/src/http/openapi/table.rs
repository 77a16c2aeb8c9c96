//! The route table: what is declared here is served and documented, both or neither.

use std::any::type_name;
use std::mem;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{MethodFilter, on};
use serde_json::Value;

use super::describe::Endpoint;
use super::document::Document;
use super::operation::Operation;
use crate::http::App;

/// All routes, and their document.
#[derive(Default)]
pub(crate) struct Api {
    router: Router<App>,
    document: Document,
}

impl Api {
    /// Begins the routes of a resource, which the document shows together.
    pub(crate) fn resource(&mut self, name: &'static str, about: &'static str) -> Resource<'_> {
        self.document.tag(name, about);
        Resource { api: self, name }
    }

    pub(crate) fn finish(self) -> (Router<App>, Value) {
        (self.router, self.document.finish())
    }
}

/// The routes of one resource.
pub(crate) struct Resource<'a> {
    api: &'a mut Api,
    name: &'static str,
}

/// What the types of a handler do not say.
pub(crate) struct About {
    summary: &'static str,
    failures: Vec<StatusCode>,
    example: Option<Value>,
    links: Vec<Link>,
}

/// A field of an answer that is a parameter of other operations.
struct Link {
    field: &'static str,
    parameter: &'static str,
    operations: &'static [&'static str],
}

impl From<&'static str> for About {
    fn from(summary: &'static str) -> Self {
        Self {
            summary,
            failures: Vec::new(),
            example: None,
            links: Vec::new(),
        }
    }
}

impl About {
    /// An error that comes from the work of the handler, not from reading the request.
    pub(crate) fn fails(mut self, status: StatusCode) -> Self {
        self.failures.push(status);
        self
    }

    /// A body that is right.
    pub(crate) fn example(mut self, body: Value) -> Self {
        self.example = Some(body);
        self
    }

    /// That operations, by their ids, take a field of the answer as their parameter.
    pub(crate) fn leads_to(
        mut self,
        operations: &'static [&'static str],
        parameter: &'static str,
        field: &'static str,
    ) -> Self {
        self.links.push(Link {
            field,
            parameter,
            operations,
        });
        self
    }

    fn describe(self, operation: &mut Operation<'_>) {
        for status in self.failures {
            operation.fails(status);
        }
        if let Some(body) = self.example {
            operation.example(body);
        }
        for link in self.links {
            for id in link.operations {
                operation.link(id, link.parameter, link.field);
            }
        }
    }
}

macro_rules! methods {
    ($($name:ident $filter:ident;)*) => {$(
        pub(crate) fn $name<H: Endpoint<Args>, Args: 'static>(
            self, path: &'static str, handler: H, about: impl Into<About>,
        ) -> Self {
            self.route(MethodFilter::$filter, stringify!($name), path, handler, about.into())
        }
    )*};
}

impl Resource<'_> {
    methods! {
        get GET;
        post POST;
        put PUT;
        patch PATCH;
        delete DELETE;
    }

    fn route<H: Endpoint<Args>, Args: 'static>(
        self,
        filter: MethodFilter,
        method: &'static str,
        path: &'static str,
        handler: H,
        about: About,
    ) -> Self {
        let document = &mut self.api.document;
        let mut operation = Operation::new(path, &mut document.schemas);
        H::describe(&mut operation);
        let summary = about.summary;
        about.describe(&mut operation);
        let id = operation_id(type_name::<H>());
        let operation = operation.finish(self.name, &id, summary);
        document.operation(path, method, operation);
        let router = mem::take(&mut self.api.router);
        self.api.router = router.route(path, on(filter, handler));
        self
    }
}

/// The handler's own name in the form of the API: `listAgents` for `list_agents`. A test compares the
/// whole document, so that a compiler which names types in another way is noticed.
fn operation_id(handler: &str) -> String {
    let name = handler.rsplit("::").next().unwrap_or(handler);
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |id, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        id + &head.to_ascii_uppercase() + tail
    })
}

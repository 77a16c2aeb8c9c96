//! Full traces: what is posted to a model, put into the log entry of its call.

use domain::{LogBody, RequestType};
use engine::{Effects, Request};
use provider::Provider;

/// Gives each entry of a model call the body of that call. The machine writes an entry for each call
/// that it asks for, in the same order.
pub(crate) fn add_bodies(effects: &mut Effects, provider: &dyn Provider) {
    let calls = effects.calls.iter().filter_map(|(_, call)| match call {
        Request::Model(request) => Some(request),
        Request::Builtin(_) => None,
    });
    let entries = effects.log.iter_mut().filter_map(|entry| {
        let LogBody::ModelRequest { model_request } = &mut entry.body else {
            return None;
        };
        (model_request.request_type == RequestType::Llm).then_some(model_request)
    });
    for (entry, request) in entries.zip(calls) {
        entry.request_body = provider.request_body(request);
    }
}

//! Full traces: what is posted to a model, put into the log entry of its call.

use domain::{LogBody, ModelRequest, Part, RequestType};
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
        // Its files are not read yet, and a vendor that takes no address has no words for them.
        let body = provider.request_body(request);
        entry.request_body = body.or_else(|| provider.request_body(&without_files(request)));
    }
}

/// The request with a word in the place of each file.
fn without_files(request: &ModelRequest) -> ModelRequest {
    let mut request = request.clone();
    for part in request.turns.iter_mut().flat_map(|turn| &mut turn.parts) {
        if let Part::Media(media) = part {
            let name = media.filename.as_deref().unwrap_or("without a name");
            *part = Part::Text(format!("[The file `{name}` ({})]", media.media_type).into());
        }
    }
    request
}

//! The requests of a leg that have not ended. They are polled inside the leg: dropping one is its
//! abort.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};

use domain::{ErrorInfo, ErrorType, SessionId, ToolCall};
use engine::{CallId, Reply, Request};
use provider::DeltaStream;

use crate::{Inner, media};

#[derive(Default)]
pub(crate) struct InFlight {
    models: Vec<(CallId, DeltaStream)>,
    /// Replies that are there already.
    at_hand: VecDeque<(CallId, Reply)>,
}

impl InFlight {
    pub(crate) fn start(
        &mut self,
        call: CallId,
        request: Request,
        inner: &Arc<Inner>,
        session: &SessionId,
    ) {
        match request {
            Request::Model(request) if media::has_media(&request) => {
                let answer = media::answered(inner, session, request);
                self.models.push((call, answer));
            }
            Request::Model(request) => self.models.push((call, inner.provider.stream(request))),
            Request::Builtin(tool) => self.at_hand.push_back((call, no_service(&tool))),
        }
    }

    pub(crate) fn abort(&mut self, call: CallId) {
        self.models.retain(|(id, _)| *id != call);
        self.at_hand.retain(|(id, _)| *id != call);
    }

    /// The next reply of any request; pending for ever where there is none.
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<(CallId, Reply)> {
        if let Some(reply) = self.at_hand.pop_front() {
            return Poll::Ready(reply);
        }
        let mut index = 0;
        while let Some((call, stream)) = self.models.get_mut(index) {
            match stream.as_mut().poll_next(context) {
                Poll::Ready(Some(Ok(delta))) => {
                    return Poll::Ready((*call, Reply::Delta(delta)));
                }
                Poll::Ready(Some(Err(error))) => {
                    return Poll::Ready((*call, Reply::Failed(error)));
                }
                Poll::Ready(None) => drop(self.models.swap_remove(index)),
                Poll::Pending => index += 1,
            }
        }
        Poll::Pending
    }
}

/// The answer to a tool whose service this server does not have.
fn no_service(tool: &Arc<ToolCall>) -> Reply {
    let message = format!("This server has no service for `{}` yet.", tool.name);
    Reply::Failed(ErrorInfo::platform(ErrorType::ValidationError, message))
}

//! Who answers where the model that was asked for fails: itself at standard speed, then its backup, each
//! once. Only before content: what a client has seen is never begun again.

use std::collections::VecDeque;

use domain::{Delta, ErrorInfo, ErrorType, Fallback, ModelRef, ModelRequest, Speed};
use futures_util::{StreamExt, stream};

use crate::DeltaStream;
use crate::client::is_content;

/// Makes the stream of one attempt; nothing is sent before it is polled.
pub(crate) type Attempt = Box<dyn Fn(ModelRequest) -> DeltaStream + Send>;

/// The answer to a request, by as many of the plans as it takes.
pub(crate) fn stream(
    request: ModelRequest,
    plans: VecDeque<Plan>,
    attempt: Attempt,
) -> DeltaStream {
    let begun = Begun {
        plans,
        current: attempt(request),
        attempt,
        first: None,
        spoken: false,
    };
    let entries = stream::unfold(begun, |mut begun| async {
        let entry = begun.next().await?;
        Some((entry, begun))
    });
    entries.boxed()
}

/// A further attempt.
pub(crate) struct Plan {
    request: ModelRequest,
    /// Whether that failure may lead here.
    fits: fn(&ErrorInfo) -> bool,
}

/// What there is to fall back to; most requests have nothing. `is_fast` is whether a model knows a faster
/// speed: what is told of an attempt is how it is made.
pub(crate) fn plans(request: &ModelRequest, is_fast: impl Fn(&ModelRef) -> bool) -> VecDeque<Plan> {
    let mut plans = VecDeque::new();
    let asks = request.speed == Speed::Fast;
    if asks && is_fast(&request.model) {
        plans.push_back(Plan {
            request: ModelRequest {
                speed: Speed::Standard,
                ..request.clone()
            },
            fits: of_speed,
        });
    }
    if let Some(backup) = &request.backup {
        plans.push_back(Plan {
            request: ModelRequest {
                model: backup.clone(),
                speed: match asks && is_fast(backup) {
                    true => Speed::Fast,
                    false => Speed::Standard,
                },
                ..request.clone()
            },
            fits: |info| info.retryable,
        });
    }
    plans
}

/// Fast mode has limits of its own, and a vendor may end it for a model from one day to the next.
fn of_speed(info: &ErrorInfo) -> bool {
    let refused = info.error_type == ErrorType::ValidationError && info.exceeded().is_none();
    info.retryable || refused || info.error_type == ErrorType::PermissionError
}

struct Begun {
    plans: VecDeque<Plan>,
    current: DeltaStream,
    attempt: Attempt,
    /// The failure that is told where nothing helps.
    first: Option<ErrorInfo>,
    spoken: bool,
}

impl Begun {
    async fn next(&mut self) -> Option<Result<Delta, ErrorInfo>> {
        match self.current.next().await? {
            Ok(delta) => {
                self.spoken = self.spoken || is_content(&delta);
                Some(Ok(delta))
            }
            Err(info) if self.spoken => Some(Err(info)),
            Err(info) => match self.next_plan(&info) {
                Some(plan) => {
                    let fallback = Fallback {
                        model: plan.request.model.clone(),
                        speed: plan.request.speed,
                        because: info.clone(),
                    };
                    self.first.get_or_insert(info);
                    self.current = (self.attempt)(plan.request);
                    Some(Ok(Delta::Fallback(Box::new(fallback))))
                }
                None => Some(Err(self.first.take().unwrap_or(info))),
            },
        }
    }

    fn next_plan(&mut self, info: &ErrorInfo) -> Option<Plan> {
        let at = self.plans.iter().position(|plan| (plan.fits)(info))?;
        self.plans.drain(..at);
        self.plans.pop_front()
    }
}

//! The pieces of tool calls. Vendors number, name and repeat them in many ways.

use std::borrow::Cow;

use domain::Delta;

use super::wire::CallPiece;
use crate::dialect::opaque;

/// The calls of one answer.
pub(super) struct Calls {
    vendor: &'static str,
    /// In the order in which they came; a call's slot is its place. Few, so a list.
    calls: Vec<Call>,
}

struct Call {
    /// The vendor's number for it, where it has one.
    index: Option<u32>,
    id: String,
    said: bool,
    ended: bool,
}

impl Calls {
    pub(super) fn new(vendor: &'static str) -> Self {
        Self {
            vendor,
            calls: Vec::new(),
        }
    }

    pub(super) fn any(&self) -> bool {
        !self.calls.is_empty()
    }

    pub(super) fn piece(&mut self, piece: CallPiece<'_>, deltas: &mut Vec<Delta>) {
        let function = piece.function.unwrap_or_default();
        let id = piece.id.unwrap_or_default();
        let name = function.name.unwrap_or_default().into_cow();
        let at = match self.found(piece.index, &id, &name) {
            Some(at) => at,
            // A fragment of a call that never began.
            None if name.is_empty() => return,
            None => self.start(piece.index, &id, name, deltas),
        };
        self.arguments(at, function.arguments.0, deltas);
    }

    /// Ends the calls that are open. Where the answer was cut off, the arguments of the newest are not
    /// whole, and it is never ended.
    pub(super) fn end(&mut self, cut_off: bool, deltas: &mut Vec<Delta>) {
        let whole = self.calls.len().saturating_sub(usize::from(cut_off));
        for (slot, call) in (0..).zip(self.calls.iter_mut().take(whole)) {
            if call.ended {
                continue;
            }
            call.ended = true;
            if !call.said {
                let fragment = "{}".to_owned();
                deltas.push(Delta::ToolArguments { slot, fragment });
            }
            deltas.push(Delta::ToolEnd { slot });
        }
    }

    /// The call that a piece goes on with. A number alone does not tell: some give every call the same one,
    /// some none. An id that is new, or a name again where there are no ids, begins another call.
    fn found(&self, index: Option<u32>, id: &str, name: &str) -> Option<usize> {
        let (at, call) = match index {
            Some(_) => self
                .calls
                .iter()
                .enumerate()
                .rfind(|(_, it)| it.index == index),
            None => self.calls.iter().enumerate().next_back(),
        }?;
        let begins = if id.is_empty() {
            !name.is_empty() && call.id.is_empty() && call.said
        } else {
            call.id != id && (call.said || !call.id.is_empty())
        };
        (!begins).then_some(at)
    }

    fn start(
        &mut self,
        index: Option<u32>,
        id: &str,
        name: Cow<'_, str>,
        deltas: &mut Vec<Delta>,
    ) -> usize {
        let at = self.calls.len();
        self.calls.push(Call {
            index,
            id: id.to_owned(),
            said: false,
            ended: false,
        });
        deltas.push(Delta::ToolStart {
            slot: slot(at),
            name: name.into_owned(),
            opaque: (!id.is_empty()).then(|| opaque::write(self.vendor, &[("id", id)])),
        });
        at
    }

    fn arguments(&mut self, at: usize, fragment: Cow<'_, str>, deltas: &mut Vec<Delta>) {
        let call = self.calls.get_mut(at).filter(|call| !call.ended);
        if let Some(call) = call.filter(|_| !fragment.is_empty()) {
            call.said = true;
            deltas.push(Delta::ToolArguments {
                slot: slot(at),
                fragment: fragment.into_owned(),
            });
        }
    }
}

fn slot(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

//! `start-thread`: begins a thread anew. How it talks is settled here, once: a later change of a
//! variable does not reach it.

use std::sync::Arc;

use domain::{Audience, Author, Body, ErrorInfo, Item, LogBody, LogEntry};
use protocol::program::StartThread;

use super::Flow;
use crate::calls::At;
use crate::effects::Effects;
use crate::machine::Machine;

pub(crate) fn run(
    machine: &mut Machine,
    at: At<'_>,
    kind: &StartThread,
    effects: &mut Effects,
) -> Result<Flow, ErrorInfo> {
    let config = machine.settle(at.lane, &kind.agent)?;
    let created = LogBody::ThreadCreated {
        system_prompt: config.system.clone(),
    };
    effects.log.push(LogEntry {
        thread: Some(kind.thread.clone()),
        ..machine.log_entry(at.lane, created)
    });
    machine
        .state_mut(at.lane)
        .threads
        .insert(kind.thread.clone(), config);
    let mark = Item {
        message: machine.exec.message.clone(),
        author: Author::Assistant,
        worker: machine.worker_id(at.lane),
        thread: kind.thread.clone(),
        audience: Audience::Model,
        body: Body::ThreadStart,
    };
    let commit = effects.commit();
    commit.items.push(Arc::new(mark));
    commit.state_changed = true;
    Ok(Flow::Next)
}

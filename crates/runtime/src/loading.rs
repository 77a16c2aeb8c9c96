//! What a leg reads before it begins: the program, the history, and for a continuation its pause.

use std::sync::Arc;

use domain::{ExecutionId, SessionId, StoredItem, ToolAnswer};
use engine::{Begin, Continue, Execute, Execution, Input, Machine, Trigger, messages};
use protocol::input;
use protocol::program::Program;
use store::{ExecutionStatus, FindAgent, Session, StoredExecution};

use crate::leg::Begins;
use crate::opening::{ContinueRequest, ExecuteRequest, Opening, Rollback, TriggerRequest};
use crate::{RuntimeError, clock, ids};

/// A machine and the input that starts its leg.
pub(crate) struct Loaded {
    pub(crate) execution: ExecutionId,
    pub(crate) number: u32,
    pub(crate) machine: Machine,
    pub(crate) input: Input,
    pub(crate) begins: Begins,
}

impl Opening {
    pub(crate) async fn load_trigger(
        &self,
        session: Session,
        waiting: bool,
        request: &TriggerRequest,
    ) -> Result<Loaded, RuntimeError> {
        let revision = self.revision_for(&session).await?;
        let inner = &self.inner;
        let program = inner
            .programs
            .get(&*inner.store, &session.agent, &revision)
            .await?;
        let trigger = Trigger {
            ends_pause: waiting,
            ..check_trigger(&program, request)?
        };
        let mut items = inner.store.items(&session.id).await?;
        let rewind = match &request.rollback {
            Some(rollback) => self.roll_back(&session.id, rollback, &mut items).await?,
            None => None,
        };
        let now = clock::now();
        let execution = ids::new_execution_id(now);
        let begin = Begin {
            execution: execution.clone(),
            session: session.id,
            revision,
            message: ids::new_message_id(now),
            last_message: messages::newest(&items).cloned(),
        };
        let history = items.into_iter().map(|stored| stored.item).collect();
        let environment = inner.environment();
        let programs = inner
            .programs
            .with_workers(&*inner.store, &self.project, program)
            .await?;
        let machine = Machine::new(programs.into(), environment, begin, session.state, history);
        Ok(Loaded {
            execution,
            number: 1,
            machine,
            input: Input::Trigger(trigger),
            begins: Begins {
                rewind,
                ..Begins::default()
            },
        })
    }

    /// The run of a worker: its session was made for it and has its id.
    pub(crate) async fn load_run(
        &self,
        session: Session,
        request: &ExecuteRequest,
    ) -> Result<Loaded, RuntimeError> {
        let inner = &self.inner;
        let program = inner
            .programs
            .get(&*inner.store, &session.agent, &session.revision)
            .await?;
        let programs = inner
            .programs
            .with_workers(&*inner.store, &self.project, program)
            .await?;
        let execution = ExecutionId::from(session.id.as_str());
        let begin = Begin {
            execution: execution.clone(),
            session: session.id,
            revision: session.revision,
            message: ids::new_message_id(clock::now()),
            last_message: None,
        };
        let environment = inner.environment();
        let machine = Machine::new(
            programs.into(),
            environment,
            begin,
            session.state,
            Vec::new(),
        );
        let input = Input::Execute(Execute {
            slug: request.slug.as_str().into(),
            dynamic_tools: request.dynamic_tools.clone(),
        });
        Ok(Loaded {
            execution,
            number: 1,
            machine,
            input,
            begins: Begins::default(),
        })
    }

    /// The revision that a new execution runs.
    pub(crate) async fn revision_for(
        &self,
        session: &Session,
    ) -> Result<domain::RevisionId, RuntimeError> {
        if !self.inner.config.follow_newest {
            return Ok(session.revision.clone());
        }
        let find = FindAgent::Id(&session.agent);
        let newest = self.inner.store.agent(&self.project, find).await?;
        Ok(newest.map_or_else(|| session.revision.clone(), |agent| agent.revision))
    }

    /// Takes back what a retry drops; answers the seq of the first item that has to go.
    async fn roll_back(
        &self,
        session: &SessionId,
        rollback: &Rollback,
        items: &mut Vec<StoredItem>,
    ) -> Result<Option<i64>, RuntimeError> {
        let keep = match rollback {
            Rollback::ToStart => 0,
            Rollback::After(message) => {
                match items
                    .iter()
                    .rposition(|stored| stored.item.message == *message)
                {
                    Some(place) => place + 1,
                    None => self.failed_turn_start(session, items).await?,
                }
            }
        };
        let first_dropped = items.get(keep).map(|stored| stored.seq);
        items.truncate(keep);
        Ok(first_dropped)
    }

    /// Where the newest turn begins, if it failed or was stopped: a client that lost its first answer
    /// names a message that only it knows (CONTRACT 7.4).
    async fn failed_turn_start(
        &self,
        session: &SessionId,
        items: &[StoredItem],
    ) -> Result<usize, RuntimeError> {
        let now = clock::now();
        let last = self.inner.store.last_execution(session, now).await?;
        let failed = last.filter(|execution| match execution.status {
            ExecutionStatus::Failed | ExecutionStatus::Stopped | ExecutionStatus::Running => true,
            ExecutionStatus::Waiting | ExecutionStatus::Done => false,
        });
        Ok(failed.map_or(items.len(), |execution| {
            items.partition_point(|stored| stored.seq < execution.first_seq)
        }))
    }

    pub(crate) async fn load_pause(
        &self,
        session: Session,
        request: &ContinueRequest,
    ) -> Result<Loaded, RuntimeError> {
        let store = &self.inner.store;
        let now = clock::now();
        let stored = match &request.execution {
            Some(id) => store.execution(&session.id, id, now).await?,
            None => store.last_execution(&session.id, now).await?,
        };
        let Some(StoredExecution {
            id,
            leg,
            pause: Some(pause),
            ..
        }) = stored
        else {
            return Err(RuntimeError::ExecutionNotFound);
        };
        let exec = Execution::from_frame(&pause.frame)?;
        if is_stale(&exec, &request.results) {
            return Err(RuntimeError::ExecutionNotFound);
        }
        let programs = &self.inner.programs;
        let programs = programs.pinned(&**store, &session.agent, &exec).await?;
        let mut items = store.items(&session.id).await?;
        // An earlier try of this leg was cut: it is undone, and run again (CONTRACT 7.6).
        let rewind = (leg > exec.leg()).then_some(pause.next_seq);
        items.truncate(items.partition_point(|stored| stored.seq < pause.next_seq));
        let history = items.into_iter().map(|stored| stored.item).collect();
        let environment = self.inner.environment();
        let machine = Machine::resume(programs.into(), environment, exec, pause.state, history)?;
        let number = leg + 1;
        let input = Input::Continue(Continue {
            leg: number,
            results: request.results.clone(),
            dynamic_tools: request.dynamic_tools.clone(),
        });
        Ok(Loaded {
            execution: id,
            number,
            machine,
            input,
            begins: Begins {
                rewind,
                ..Begins::default()
            },
        })
    }
}

/// The trigger as the machine takes it: known to the program, with an input that is right.
pub(crate) fn check_trigger(
    program: &Program,
    request: &TriggerRequest,
) -> Result<Trigger, RuntimeError> {
    let Some((name, trigger)) = program.trigger(&request.name) else {
        let text = unknown_trigger(program, &request.name);
        return Err(RuntimeError::InvalidInput(text));
    };
    let input = input::check(&trigger.inputs, request.input.clone())
        .map_err(|errors| RuntimeError::InvalidInput(errors.to_string()))?;
    Ok(Trigger {
        name: Arc::clone(name),
        input,
        sender: request.sender.clone(),
        dynamic_tools: request.dynamic_tools.clone(),
        ends_pause: false,
    })
}

/// Whether results answer none of the calls that are waited for: they are those of an earlier pause,
/// sent again.
fn is_stale(exec: &Execution, results: &[ToolAnswer]) -> bool {
    !results.is_empty()
        && !results
            .iter()
            .any(|answer| exec.waits_for(&answer.tool_call_id))
}

fn unknown_trigger(program: &Program, name: &str) -> String {
    let known: Vec<&str> = program.triggers().map(|(name, _)| &**name).collect();
    if known.is_empty() {
        format!("unknown trigger `{name}`: the agent has none")
    } else {
        format!(
            "unknown trigger `{name}`; the agent has {}",
            known.join(", ")
        )
    }
}

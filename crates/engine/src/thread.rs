//! How a thread talks: its model, prompt, tools and bounds, with every dynamic value settled.

use domain::{ErrorInfo, ErrorType, ModelRef, ThreadConfig, ThreadId};
use protocol::program::{Agent, Block, Prompt, Setting};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::lane::LaneId;
use crate::machine::Machine;
use crate::offer::toolset_of;
use crate::scope::{BadSetting, Scope};

/// Model steps of a block where a dynamic `maxSteps` is not set (CONTRACT 5.2).
const DEFAULT_MAX_STEPS: u32 = 10;

impl Machine {
    /// How the thread of a block talks. The main thread follows the agent, so that an edit of its
    /// variables is felt at once; a thread that was never started has the agent's model alone.
    pub(crate) fn thread_config(
        &self,
        lane: LaneId,
        block: &Block,
    ) -> Result<ThreadConfig, ErrorInfo> {
        let program = self.program(lane);
        let started = || self.state(lane).threads.get(&block.thread);
        let Some(agent) = program.agent() else {
            // A worker has no agent whose model a thread could have.
            let config = started().cloned();
            return config.ok_or_else(|| never_started(&block.thread));
        };
        if block.thread.is_main() {
            return self.settle(lane, agent);
        }
        match started() {
            Some(config) => Ok(config.clone()),
            None => Ok(ThreadConfig::new(model(self.scope(lane), &agent.model)?)),
        }
    }

    /// How much of one result the model of a block's thread is shown, in tokens. The rest of how it talks is
    /// not settled for that.
    pub(crate) fn max_tool_output(&self, lane: LaneId, block: &Block) -> Option<u32> {
        let program = self.program(lane);
        match program.agent().filter(|_| block.thread.is_main()) {
            Some(agent) => agent.guards.max_tool_output,
            None => self.state(lane).threads.get(&block.thread)?.max_tool_output,
        }
    }

    /// Settles every value of a configuration.
    pub(crate) fn settle(&self, lane: LaneId, agent: &Agent) -> Result<ThreadConfig, ErrorInfo> {
        let scope = self.scope(lane);
        let backup = agent.backup_model.as_ref();
        let backup = backup.map(|backup| optional_model(scope, backup));
        Ok(ThreadConfig {
            system: agent
                .system
                .as_ref()
                .map(|prompt: &Prompt| scope.render(prompt)),
            toolset: toolset_of(&self.program(lane), agent),
            max_steps: max_steps(scope, agent)?,
            last_step_without_tools: agent.last_step_without_tools,
            temperature: temperature(scope, agent)?,
            thinking: word(
                scope,
                agent.thinking.as_ref(),
                "low, medium, high, max or off",
            )?,
            max_output: agent.guards.max_output,
            backup: backup.transpose()?.flatten(),
            speed: word(scope, agent.speed.as_ref(), "standard or fast")?.unwrap_or_default(),
            cache: agent.cache,
            loop_guard: agent.guards.loop_guard,
            max_tool_output: agent.guards.max_tool_output,
            max_image_dimension: agent.guards.max_image_dimension,
            ..ThreadConfig::new(model(scope, &agent.model)?)
        })
    }

    /// Where a block's answer is kept. An independent one on the main thread is kept aside, in a thread
    /// that nothing else reads.
    pub(crate) fn thread_of_answer(&self, lane: LaneId, block: &Block) -> ThreadId {
        if is_aside(block) {
            ThreadId::from(format!("{}/{}", ThreadId::MAIN, self.block_id(lane)))
        } else {
            block.thread.clone()
        }
    }
}

/// Whether a block's answer stays out of the main conversation.
pub(crate) fn is_aside(block: &Block) -> bool {
    let answer = block.kind.as_next_message();
    answer.is_some_and(|kind| kind.independent) && block.thread.is_main()
}

pub(crate) fn model(scope: Scope<'_>, setting: &Setting<ModelRef>) -> Result<ModelRef, ErrorInfo> {
    optional_model(scope, setting)?.ok_or_else(|| {
        let message = "The model is a variable that has no value.";
        ErrorInfo::platform(ErrorType::ValidationError, message)
    })
}

/// `None` where the setting is a variable that has no value.
fn optional_model(
    scope: Scope<'_>,
    setting: &Setting<ModelRef>,
) -> Result<Option<ModelRef>, ErrorInfo> {
    scope
        .setting(setting, |text| text.parse::<ModelRef>().ok())
        .map_err(|bad| bad_setting(&bad, "a model, written as `provider/model-id`"))
}

/// One of a few words, as a value of a variable is written.
fn word<T: Clone + DeserializeOwned>(
    scope: Scope<'_>,
    setting: Option<&Setting<T>>,
    wanted: &str,
) -> Result<Option<T>, ErrorInfo> {
    let Some(setting) = setting else {
        return Ok(None);
    };
    let read = |text: &str| serde_json::from_value(Value::from(text)).ok();
    scope
        .setting(setting, read)
        .map_err(|bad| bad_setting(&bad, wanted))
}

fn max_steps(scope: Scope<'_>, agent: &Agent) -> Result<u32, ErrorInfo> {
    let read = |text: &str| text.parse().ok().filter(|steps| *steps > 0);
    scope
        .setting(&agent.max_steps, read)
        .map(|steps| steps.unwrap_or(DEFAULT_MAX_STEPS))
        .map_err(|bad| bad_setting(&bad, "a number of steps above 0"))
}

fn temperature(scope: Scope<'_>, agent: &Agent) -> Result<Option<f64>, ErrorInfo> {
    let Some(setting) = &agent.temperature else {
        return Ok(None);
    };
    let Some(setting) = scope.unless_off(setting) else {
        return Ok(None);
    };
    let read = |text: &str| text.parse().ok().filter(|t| (0.0..=2.0).contains(t));
    scope
        .setting(setting, read)
        .map_err(|bad| bad_setting(&bad, "a temperature from 0 to 2, or off"))
}

fn never_started(thread: &ThreadId) -> ErrorInfo {
    let message = format!("The worker speaks in the thread \"{thread}\", which it never started.");
    ErrorInfo::platform(ErrorType::ValidationError, message)
}

fn bad_setting(bad: &BadSetting, wanted: &str) -> ErrorInfo {
    let message = format!("{} holds `{}`; it must be {wanted}.", bad.name, bad.text);
    ErrorInfo::platform(ErrorType::ValidationError, message)
}

//! How a thread talks: its model, prompt, tools and bounds, with every dynamic value settled.

use domain::{ErrorInfo, ErrorType, ModelRef, ThreadConfig, ThreadId};
use protocol::program::{Agent, Block, BlockKind, Prompt};
use serde_json::Value;

use crate::execution::LaneId;
use crate::machine::Machine;
use crate::scope::{BadSetting, Scope};

/// Model steps of a block where a dynamic `maxSteps` is not set (CONTRACT 5.2).
const DEFAULT_MAX_STEPS: u32 = 10;

impl Machine {
    /// How the thread of a block talks. The main thread follows the agent, so that an edit of its
    /// variables is felt at once; a thread that was never started has the agent's model alone.
    pub(crate) fn thread_config(&self, block: &Block) -> Result<ThreadConfig, ErrorInfo> {
        let agent = self.program.agent().ok_or_else(no_agent)?;
        if block.thread.is_main() {
            return self.settle(agent);
        }
        match self.session.threads.get(&block.thread) {
            Some(config) => Ok(config.clone()),
            None => Ok(ThreadConfig {
                model: model(self.scope(), agent)?,
                system: None,
                tools: Vec::new(),
                max_steps: 1,
                last_step_without_tools: false,
                temperature: None,
                thinking: None,
            }),
        }
    }

    /// Settles every value of a configuration.
    pub(crate) fn settle(&self, agent: &Agent) -> Result<ThreadConfig, ErrorInfo> {
        let scope = self.scope();
        let tools = agent
            .tools
            .iter()
            .filter_map(|index| self.program.tools.get(index.0));
        Ok(ThreadConfig {
            model: model(scope, agent)?,
            system: agent
                .system
                .as_ref()
                .map(|prompt: &Prompt| scope.render(prompt)),
            tools: tools.map(|tool| tool.def.name.clone()).collect(),
            max_steps: max_steps(scope, agent)?,
            last_step_without_tools: agent.last_step_without_tools,
            temperature: temperature(scope, agent)?,
            thinking: match &agent.thinking {
                Some(setting) => scope
                    .setting(setting, |text| {
                        serde_json::from_value(Value::from(text)).ok()
                    })
                    .map_err(|bad| bad_setting(&bad, "low, medium, high, max or off"))?,
                None => None,
            },
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
    let independent = matches!(&block.kind, BlockKind::NextMessage(kind) if kind.independent);
    independent && block.thread.is_main()
}

fn model(scope: Scope<'_>, agent: &Agent) -> Result<ModelRef, ErrorInfo> {
    scope
        .setting(&agent.model, |text| text.parse::<ModelRef>().ok())
        .map_err(|bad| bad_setting(&bad, "a model, written as `provider/model-id`"))?
        .ok_or_else(|| {
            let message = "The agent's model is a variable that has no value.";
            ErrorInfo::platform(ErrorType::ValidationError, message)
        })
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
    let read = |text: &str| text.parse().ok().filter(|t| (0.0..=2.0).contains(t));
    scope
        .setting(setting, read)
        .map_err(|bad| bad_setting(&bad, "a temperature from 0 to 2"))
}

fn no_agent() -> ErrorInfo {
    let message = "A worker has no main thread to speak in.";
    ErrorInfo::platform(ErrorType::ValidationError, message)
}

fn bad_setting(bad: &BadSetting, wanted: &str) -> ErrorInfo {
    let message = format!("{} holds `{}`; it must be {wanted}.", bad.name, bad.text);
    ErrorInfo::platform(ErrorType::ValidationError, message)
}

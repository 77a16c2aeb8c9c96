//! One model step after the other: asking, and ending the step. `deltas` is what lies between.

use std::sync::Arc;

use domain::{
    ErrorInfo, ErrorType, FinishReason, LogBody, LoggedCall, ModelRequest, ModelRequestInfo,
    RequestType, ResponseFormat, Role, StepStats, ToolChoice,
};
use protocol::program::{Block, BlockKind};
use protocol::types;
use serde_json::Value;

use crate::CallId;
use crate::deltas::end_call;
use crate::draft::Draft;
use crate::effects::{Effects, Request};
use crate::execution::{LaneId, Phase};
use crate::machine::Machine;
use crate::object::{self, ObjectDraft};
use crate::present::BlockView;
use crate::thread::is_aside;
use crate::transcript;

impl Machine {
    /// Starts the next model step of a block.
    pub(crate) fn ask_model(
        &mut self,
        lane: LaneId,
        block: &Block,
        effects: &mut Effects,
    ) -> Result<(), ErrorInfo> {
        if self.exec.steps >= self.limits.steps {
            let limit = self.limits.steps;
            let message =
                format!("The execution took {limit} model steps, which is all it may take.");
            return Err(ErrorInfo::platform(ErrorType::ExecutionError, message));
        }
        self.exec.steps += 1;
        self.exec.lane_mut(lane).steps += 1;
        let request = self.model_request(lane, block, effects)?;
        let mut draft = Draft::new(request.model.clone(), self.exec.steps > 1);
        draft.object = object::response_type(block).map(|named| {
            let live = request.tools.is_empty() || request.tool_choice == ToolChoice::None;
            ObjectDraft::new(Arc::clone(&named.name), live)
        });
        let model_request = ModelRequestInfo::from(&request.model);
        self.log(effects, LogBody::ModelRequest { model_request });
        let call = CallId(self.exec.mint());
        self.exec.calls.insert(call, lane);
        self.exec.lane_mut(lane).phase = Phase::Model(draft);
        effects.calls.push((call, Request::Model(request)));
        Ok(())
    }

    fn model_request(
        &self,
        lane: LaneId,
        block: &Block,
        effects: &Effects,
    ) -> Result<ModelRequest, ErrorInfo> {
        let config = self.thread_config(block)?;
        let pending = effects.commit.iter().flat_map(|commit| &commit.items);
        let items = self.history.iter().chain(pending);
        let aside = is_aside(block).then(|| self.thread_of_answer(lane, block));
        let transcript = transcript::fold(items, &block.thread, aside.as_ref());
        let response_type = object::response_type(block);
        let repair = self.exec.lanes.get(&lane).and_then(|it| it.repair.as_ref());
        let mut turns = transcript.turns;
        if let (Some(repair), Some(named)) = (repair, response_type) {
            repair.append(&named.name, &mut turns);
        }
        let last = self.exec.steps_of(lane) >= config.max_steps;
        // An answer that has to be an object must come before the steps are used up.
        let must_answer = last && (config.last_step_without_tools || response_type.is_some());
        let tools = config
            .tools
            .iter()
            .filter_map(|name| self.program.tool(name));
        Ok(ModelRequest {
            model: config.model,
            system: system_prompt(config.system, transcript.system),
            turns,
            tools: tools.map(|tool| tool.def.clone()).collect(),
            tool_choice: if must_answer || repair.is_some() {
                ToolChoice::None
            } else {
                ToolChoice::Auto
            },
            temperature: config.temperature,
            thinking: config.thinking,
            max_output_tokens: None,
            response_format: response_type.map(|named| ResponseFormat {
                name: Arc::clone(&named.name),
                schema: types::named_schema(named).into(),
            }),
        })
    }

    pub(crate) fn finish_step(
        &mut self,
        lane: LaneId,
        block: &Block,
        reason: FinishReason,
        effects: &mut Effects,
    ) {
        // From here on the answer is promised, so all of it rests on the commit.
        effects.commit();
        let view = BlockView::of(block);
        self.close_part(lane, view, effects);
        if self
            .draft_mut(lane)
            .is_some_and(|draft| draft.calls().next().is_some())
        {
            self.release_text(lane, view, effects);
        }
        let Phase::Model(mut draft) =
            std::mem::replace(&mut self.exec.lane_mut(lane).phase, Phase::Ready)
        else {
            return;
        };
        draft.calls_mut().for_each(|call| end_call(call, effects));
        self.log_step(&draft, reason, effects);
        if draft.calls().next().is_none()
            && let (Some(object), Some(named)) = (draft.object.take(), object::response_type(block))
        {
            return self.finish_object(lane, block, (draft, object, reason), named, effects);
        }
        let text = draft.text();
        if object::response_type(block).is_none()
            && let BlockKind::NextMessage(kind) = &block.kind
            && let Some(output) = &kind.output
        {
            self.set_variable(output, Value::from(&*text), effects);
        }
        let calls: Vec<_> = draft
            .calls()
            .map(|call| (call.finished(), call.shown))
            .collect();
        let items = draft.into_items(&self.home(lane, block));
        effects.commit().items.extend(items);
        self.exec.reason = reason;
        if calls.is_empty() {
            let visible = view.audience.reaches_client();
            self.log(
                effects,
                LogBody::Message {
                    role: Role::Assistant,
                    content: text,
                    visible,
                    response_type: None,
                },
            );
            self.end_block(lane, block, effects);
        } else {
            self.begin_tool_round(lane, block, calls, effects);
        }
    }

    fn log_step(&self, draft: &Draft, reason: FinishReason, effects: &mut Effects) {
        self.log(
            effects,
            LogBody::StepStats {
                step_stats: StepStats {
                    request_type: RequestType::Llm,
                    provider: Arc::clone(&draft.model.provider),
                    model: Arc::clone(&draft.model.model),
                    usage: draft.usage,
                },
            },
        );
        let reasoning_content = draft.reasoning();
        if !reasoning_content.is_empty() {
            self.log(effects, LogBody::Reasoning { reasoning_content });
        }
        let tool_calls: Vec<LoggedCall> = draft
            .calls()
            .map(|call| call.finished().0)
            .map(|call| LoggedCall {
                id: call.id.clone(),
                name: call.name.clone(),
                arguments: call.arguments.clone(),
            })
            .collect();
        let response = draft.text();
        self.log(
            effects,
            if tool_calls.is_empty() {
                LogBody::LlmResponse {
                    response,
                    finish_reason: reason,
                }
            } else {
                let response = (!response.is_empty()).then_some(response);
                LogBody::LlmToolRequest {
                    response,
                    tool_calls,
                }
            },
        );
    }
}

/// The thread's system prompt, and behind it the system messages within it: not every provider takes
/// those in their place.
fn system_prompt(prompt: Option<Arc<str>>, messages: Vec<Arc<str>>) -> Option<Arc<str>> {
    let texts: Vec<Arc<str>> = prompt.into_iter().chain(messages).collect();
    match texts.as_slice() {
        [] => None,
        [only] => Some(Arc::clone(only)),
        several => Some(several.join("\n\n").into()),
    }
}

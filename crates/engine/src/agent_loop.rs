//! One model step after the other: asking, and ending the step. `deltas` is what lies between.

use std::sync::Arc;

use domain::{
    Author, ErrorInfo, ErrorType, Fallback, FinishReason, ImageAdapted, Item, LogBody, LoggedCall,
    ModelRef, ModelRequest, ModelRequestInfo, RequestType, ResponseFormat, Role, Served, Speed,
    StepStats, ThreadConfig, ToolChoice, Usage,
};
use protocol::program::Block;
use protocol::types;
use serde_json::Value;

use crate::CallId;
use crate::builtin;
use crate::calls::{At, Called};
use crate::deltas::end_call;
use crate::draft::{Draft, DraftCall};
use crate::effects::{Effects, Request};
use crate::execution::Target;
use crate::lane::{LaneId, Phase};
use crate::loop_guard::LoopGuard;
use crate::machine::Machine;
use crate::object::{self, ObjectDraft};
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
        if self.exec.steps >= self.environment.limits.steps {
            let limit = self.environment.limits.steps;
            let message =
                format!("The execution took {limit} model steps, which is all it may take.");
            return Err(ErrorInfo::platform(ErrorType::ExecutionError, message));
        }
        let config = self.thread_config(lane, block)?;
        let guard = config.loop_guard.then(LoopGuard::default);
        let mut request = self.model_request(lane, block, config, effects);
        if self.compact(At { lane, block }, &mut request, effects) {
            return Ok(());
        }
        self.exec.steps += 1;
        let mut later = false;
        if let Some(lane) = self.exec.lanes.get_mut(&lane) {
            lane.steps += 1;
            lane.all_steps += 1;
            later = lane.all_steps > 1;
        }
        let served = Served {
            speed: request.speed,
            cache: request.cache,
        };
        let mut draft = Draft::new(
            request.model.clone(),
            self.served(&request.model, served),
            later,
        );
        draft.guard = guard;
        draft.asked = self.measured(At { lane, block }, &request);
        draft.object = object::response_type(block).map(|named| {
            let live = request.tools.is_empty() || request.tool_choice == ToolChoice::None;
            ObjectDraft::new(Arc::clone(&named.name), live)
        });
        if self.opens_conversation(lane, block) {
            let system_prompt = request.system.clone();
            self.log(lane, effects, LogBody::ThreadCreated { system_prompt });
        }
        let model_request = ModelRequestInfo::from(&request.model);
        self.log(lane, effects, LogBody::ModelRequest { model_request });
        let call = CallId(self.exec.mint());
        self.exec.calls.insert(call, Target { lane, call: None });
        self.exec.set_phase(lane, Phase::Model(draft));
        effects.calls.push((call, Request::Model(request)));
        Ok(())
    }

    /// Whether the model of the main thread is asked for the first time. Other threads are started by a
    /// block.
    fn opens_conversation(&self, lane: LaneId, block: &Block) -> bool {
        let worker = self.worker(lane).map(|run| &run.id);
        let said = |item: &Arc<Item>| {
            item.author == Author::Assistant
                && item.audience.reaches_model()
                && item.thread.is_main()
                && item.worker.as_ref() == worker
        };
        let first = self
            .exec
            .lanes
            .get(&lane)
            .is_some_and(|it| it.all_steps == 1);
        first
            && block.thread.is_main()
            && !is_aside(block)
            && self.program(lane).agent().is_some()
            && !self.history.iter().any(said)
    }

    fn model_request(
        &self,
        lane: LaneId,
        block: &Block,
        config: ThreadConfig,
        effects: &Effects,
    ) -> ModelRequest {
        let pending = effects.commit.iter().flat_map(|commit| &commit.items);
        let items = self.history.iter().chain(pending);
        let aside = is_aside(block).then(|| self.thread_of_answer(lane, block));
        let transcript = transcript::fold(
            items,
            self.worker_id(lane).as_ref(),
            &block.thread,
            aside.as_ref(),
            config.max_tool_output,
        );
        let response_type = object::response_type(block);
        let repair = self.exec.lanes.get(&lane).and_then(|it| it.repair.as_ref());
        let mut turns = transcript.turns;
        if let (Some(repair), Some(named)) = (repair, response_type) {
            repair.append(&named.name, &mut turns);
        }
        let last = self.exec.steps_of(lane) + 1 >= config.max_steps;
        // An answer that has to be an object must come before the steps are used up.
        let must_answer = last && (config.last_step_without_tools || response_type.is_some());
        let program = self.program(lane);
        let references = builtin::references_prompt(&program, &config.toolset.references);
        let more = transcript.system.into_iter();
        let more = references.map(Arc::from).into_iter().chain(more);
        ModelRequest {
            system: system_prompt(config.system, more),
            tools: self.tool_defs(&program, &config.toolset),
            tool_choice: if must_answer || repair.is_some() {
                ToolChoice::None
            } else {
                ToolChoice::Auto
            },
            temperature: config.temperature,
            thinking: config.thinking,
            max_output_tokens: config.max_output,
            backup: config.backup,
            speed: config.speed,
            cache: config.cache,
            max_image_dimension: config.max_image_dimension,
            response_format: response_type.map(|named| ResponseFormat {
                name: Arc::clone(&named.name),
                schema: types::named_schema(named).into(),
            }),
            ..ModelRequest::new(config.model, turns)
        }
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
        let view = self.view(lane, block);
        self.close_part(lane, view, effects);
        let worker_id = self.worker_id(lane);
        if let Some(draft) = self.draft_mut(lane)
            && draft.calls().next().is_some()
        {
            let calls = draft.calls_mut();
            calls.for_each(|call| end_call(call, worker_id.clone(), effects));
            self.release_text(lane, view, effects);
        }
        let Some(Phase::Model(mut draft)) = self.exec.take_phase(lane) else {
            return;
        };
        // A client would wait for tools that nobody asks for.
        let no_call = draft.calls().next().is_none();
        let reason = if no_call && reason == FinishReason::ToolCalls {
            FinishReason::Stop
        } else {
            reason
        };
        self.count(lane, &draft, effects);
        self.learn(lane, &draft.model, effects);
        self.log_step(lane, &draft, reason, effects);
        let at = At { lane, block };
        if draft.calls().next().is_none()
            && let (Some(object), Some(named)) = (draft.object.take(), object::response_type(block))
        {
            return self.finish_object(at, (draft, object, reason), named, effects);
        }
        self.finish_text(at, draft, reason, effects);
    }

    /// Ends a step of plain text or of calls.
    fn finish_text(
        &mut self,
        at: At<'_>,
        draft: Draft,
        reason: FinishReason,
        effects: &mut Effects,
    ) {
        let At { lane, block } = at;
        let text = draft.text();
        if object::response_type(block).is_none()
            && let Some(output) = block.kind.output()
        {
            self.set_variable(lane, output, Value::from(&*text), effects);
        }
        let mut calls: Vec<Called> = draft.calls().map(DraftCall::called).collect();
        if let Some(last) = calls.last_mut().filter(|_| is_cut_off(reason))
            && last.call.arguments.is_empty()
            && last.flaw.is_ok()
        {
            last.flaw = Err("Not run: the call was cut off before its arguments.".into());
        }
        let items = draft.into_items(&self.home(lane, block));
        effects.commit().items.extend(items);
        if lane == LaneId::ROOT {
            self.exec.reason = reason;
        }
        if calls.is_empty() {
            let message = LogBody::Message {
                role: Role::Assistant,
                content: text,
                visible: self.view(lane, block).audience.reaches_client(),
                response_type: None,
                files: Vec::new(),
            };
            self.log(lane, effects, message);
            self.end_block(lane, block, effects);
        } else {
            self.begin_calls(at, calls, effects);
        }
    }

    /// How a model serves what is asked of it: most know one speed only.
    fn served(&self, model: &ModelRef, asked: Served) -> Served {
        let facts = self.environment.models.facts(model);
        let fast = facts.is_some_and(|facts| facts.fast_mode);
        Served {
            speed: if fast { asked.speed } else { Speed::Standard },
            ..asked
        }
    }

    /// Another model, or another speed, answers than was asked for.
    pub(crate) fn fall_back(&mut self, lane: LaneId, fallback: Fallback, effects: &mut Effects) {
        self.log_error(lane, fallback.because, effects);
        let model_request = ModelRequestInfo::from(&fallback.model);
        self.log(lane, effects, LogBody::ModelRequest { model_request });
        let Some(cache) = self.draft_mut(lane).map(|draft| draft.served.cache) else {
            return;
        };
        let speed = fallback.speed;
        let served = self.served(&fallback.model, Served { speed, cache });
        if let Some(draft) = self.draft_mut(lane) {
            (draft.model, draft.served) = (fallback.model, served);
        }
    }

    /// Notes once for each file that its image is shown smaller than it is.
    pub(crate) fn note_adapted(
        &mut self,
        lane: LaneId,
        adapted: ImageAdapted,
        effects: &mut Effects,
    ) {
        let Some(file) = &adapted.file_id else {
            return;
        };
        if self.session.adapted.contains(file) {
            return;
        }
        self.session.adapted.push(file.clone());
        effects.commit().state_changed = true;
        self.log(lane, effects, LogBody::ImageAdapted(adapted));
    }

    /// Counts what a step took, a cut one included.
    pub(crate) fn count(&mut self, lane: LaneId, draft: &Draft, effects: &mut Effects) {
        let price = self.environment.models.facts(&draft.model);
        // A step of which the provider has counted nothing yet has not cost nothing.
        let counted = draft.usage != Usage::default();
        let price = price.and_then(|facts| facts.price.filter(|_| counted));
        let fee = price.map(|price| price.cost(&draft.usage, draft.served));
        self.exec.usage += draft.usage;
        self.exec.fees.add(fee);
        let step_stats = StepStats {
            request_type: RequestType::Llm,
            provider: Arc::clone(&draft.model.provider),
            model: Arc::clone(&draft.model.model),
            usage: draft.usage,
            cache_mode: draft.served.cache,
            speed: draft.served.speed,
            estimated_provider_fee: fee,
        };
        self.log(lane, effects, LogBody::StepStats { step_stats });
    }

    fn log_step(&self, lane: LaneId, draft: &Draft, reason: FinishReason, effects: &mut Effects) {
        let reasoning_content = draft.reasoning();
        if !reasoning_content.is_empty() {
            self.log(lane, effects, LogBody::Reasoning { reasoning_content });
        }
        let tool_calls: Vec<LoggedCall> = draft
            .calls()
            .map(|DraftCall { call, .. }| LoggedCall {
                id: call.id.clone(),
                name: call.name.clone(),
                arguments: call.arguments.clone(),
            })
            .collect();
        let response = draft.text();
        self.log(
            lane,
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

/// Whether a model was stopped before it was done.
pub(crate) fn is_cut_off(reason: FinishReason) -> bool {
    matches!(reason, FinishReason::Length | FinishReason::ContentFilter)
}

/// The thread's system prompt, and behind it what else the model is told: not every provider takes a
/// system message in its place.
fn system_prompt(
    prompt: Option<Arc<str>>,
    more: impl Iterator<Item = Arc<str>>,
) -> Option<Arc<str>> {
    let texts: Vec<Arc<str>> = prompt.into_iter().chain(more).collect();
    match texts.as_slice() {
        [] => None,
        [only] => Some(Arc::clone(only)),
        several => Some(several.join("\n\n").into()),
    }
}

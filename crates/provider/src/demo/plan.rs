//! What the demo model does with a request.

use domain::{ModelRef, ModelRequest, Part, ToolChoice, ToolDef, Turn, TurnRole};

use super::{Answer, Call, arguments, matching, wording};

/// The model that only repeats.
const ECHO: &str = "echo";

/// At most so many tools are called in one step.
const MAX_CALLS: usize = 4;

pub(super) fn plan(request: &ModelRequest, absent: Option<&ModelRef>) -> Answer {
    let said = last_say(&request.turns);
    let results = results(&request.turns);
    let mut answer = if !results.is_empty() {
        Answer {
            text: wording::results(&results),
            ..Answer::default()
        }
    } else if &*request.model.model == ECHO {
        Answer {
            text: wording::echo(&said),
            ..Answer::default()
        }
    } else {
        converse(request, &said, absent)
    };
    if request.thinking.is_some() {
        let calls: Vec<&str> = answer.calls.iter().map(|call| call.name.as_str()).collect();
        answer.reasoning = Some(wording::reasoning(&said, &calls, results.len()));
    }
    answer
}

fn converse(request: &ModelRequest, said: &str, absent: Option<&ModelRef>) -> Answer {
    let wanted: Vec<&ToolDef> = match request.tool_choice {
        ToolChoice::Auto => matching::wanted(said, &request.tools),
        ToolChoice::None => Vec::new(),
    };
    if wanted.is_empty() {
        let first = request.turns.len() == 1;
        return Answer {
            text: wording::reply(said, first, &request.tools, absent),
            ..Answer::default()
        };
    }
    let calls: Vec<Call> = wanted
        .into_iter()
        .take(MAX_CALLS)
        .map(|tool| Call {
            name: tool.name.clone(),
            arguments: arguments::fill(&tool.input_schema, &asked(said, tool)),
        })
        .collect();
    Answer {
        text: wording::announce(&calls),
        calls,
        ..Answer::default()
    }
}

/// What is said besides the tool's own name: arguments are looked for there.
fn asked(said: &str, tool: &ToolDef) -> String {
    said.replace(&format!("`{}`", tool.name), " ")
        .replace(&tool.name, " ")
}

/// The text of the last user turn that has one.
fn last_say(turns: &[Turn]) -> String {
    let users = turns
        .iter()
        .rev()
        .filter(|turn| turn.role == TurnRole::User);
    let texts = users.map(|turn| {
        let texts = turn.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.trim()),
            Part::Reasoning { .. } | Part::Call(_) | Part::Result { .. } | Part::Media(_) => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    });
    texts
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// The results that wait for an answer: those of the last turn, unless the user went on to something
/// else in it.
fn results(turns: &[Turn]) -> Vec<wording::ToolOutcome<'_>> {
    let last = turns.last().map_or(&[][..], |turn| &turn.parts);
    let results = last.iter().map(|part| match part {
        Part::Result { call, outcome } => Some((call.name.as_str(), &**outcome)),
        Part::Text(_) | Part::Reasoning { .. } | Part::Call(_) | Part::Media(_) => None,
    });
    results.collect::<Option<Vec<_>>>().unwrap_or_default()
}

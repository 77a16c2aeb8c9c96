//! Agents of any size, with nothing wrong. The measurement in `benches/` uses the same ones.

use protocol::{Folder, FolderFile};

/// One handler of so many blocks of several kinds, in a few threads.
pub(crate) fn of_blocks(count: usize) -> Folder {
    let block = |at: usize| match at % 5 {
        0 => "{ block: add-message, role: user, prompt: ask, input: [TEXT] }",
        1 | 3 => "{ block: next-message, output: ANSWER }",
        2 => "{ block: add-message, role: user, uiContent: ANSWER }",
        _ => "{ block: tool-call, tool: keep, input: { a: ANSWER } }",
    };
    let blocks: String = (0..count)
        .map(|at| format!("    Step {at}: {}\n", block(at)))
        .collect();
    Folder {
        prompts: vec![file("ask", "Say more of {{TEXT}}, please.".into())],
        ..folder(format!(
            "variables: {{ ANSWER: {{ type: string, default: x }} }}\n\
             tools: {{ keep: {{ description: Keeping, parameters: {{ a: {{ type: string }} }} }} }}\n\
             triggers: {{ ask: {{ input: {{ TEXT: {{ type: string }} }} }} }}\n\
             agent: {{ model: a/b, system: ask, input: {{ TEXT: ANSWER }} }}\n\
             handlers:\n  ask:\n{blocks}"
        ))
    }
}

/// So many prompts, each used once, with labels, conditions and an include.
pub(crate) fn of_prompts(count: usize) -> Folder {
    let blocks: String = (0..count)
        .map(|at| {
            format!(
                "    Step {at}: {{ block: add-message, role: user, prompt: p{at}, input: [TEXT] }}\n"
            )
        })
        .collect();
    let prompt = |at| {
        let text = format!(
            "# Part {at}\n\n{{{{#if TEXT}}}}Of {{{{TEXT}}}}:{{{{else}}}}Of nothing.{{{{/if}}}}\n\
             {{{{@tone.md}}}}\n{}",
            "A line that says what is to be said here.\n".repeat(4)
        );
        file(&format!("p{at}"), text)
    };
    let tone = file("tone", "Be kind, and be short.".into());
    Folder {
        prompts: (0..count).map(prompt).chain([tone]).collect(),
        ..folder(format!(
            "triggers: {{ ask: {{ input: {{ TEXT: {{ type: string }} }} }} }}\n\
             agent: {{ model: a/b, system: tone }}\nhandlers:\n  ask:\n{blocks}"
        ))
    }
}

fn folder(protocol: String) -> Folder {
    Folder {
        settings: r#"{"slug": "a", "name": "A", "format": "interactive"}"#.into(),
        protocol,
        ..Folder::default()
    }
}

fn file(name: &str, text: String) -> FolderFile {
    FolderFile {
        name: name.into(),
        text,
    }
}

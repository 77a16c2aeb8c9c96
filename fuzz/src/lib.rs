//! What must hold of every answer of the compiler, whatever it was asked.
//!
//! One function for each fuzz target. The tests of the compiler run them, too: on the corpus that is
//! kept here, and on what they make up.

use std::path::Path;

use domain::{AgentFormat, Bundle, Settings};
use protocol::{
    Catalog, Compiled, Diagnostic, Folder, FolderFile, compile, compile_folder, render,
    render_folder,
};

/// The text of a protocol.
pub fn yaml(data: &[u8]) {
    let settings = Settings {
        slug: "test".into(),
        name: "Test".into(),
        description: None,
        format: AgentFormat::Interactive,
    };
    check_bundle(&Bundle {
        settings,
        protocol: String::from_utf8_lossy(data).into_owned(),
        prompts: Vec::new(),
        references: Vec::new(),
    });
}

/// The text of a prompt, which may include another one and itself.
pub fn template(data: &[u8]) {
    let prompts = [file("system", data), file("other", b"{{NAME}} {{OTHER}}")];
    check_folder(&Folder {
        settings: SETTINGS.into(),
        protocol: "input:\n  NAME: { type: string, enum: [a, b] }\n  OTHER: { type: string }\n\
                   agent: { model: a/b, system: system, input: [NAME] }\n"
            .into(),
        prompts: prompts.into(),
        ..Folder::default()
    });
}

/// The text of `settings.json`; behind a line of `====`, if there is one, a reference.
pub fn folder(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (settings, reference) = text.split_once("\n====\n").unwrap_or((&text, ""));
    check_folder(&Folder {
        settings: settings.into(),
        protocol: "agent: { model: a/b, references: [guide] }".into(),
        references: vec![file("guide", reference.as_bytes())],
        ..Folder::default()
    });
}

const SETTINGS: &str = r#"{"slug": "test", "name": "Test"}"#;

fn file(name: &str, text: &[u8]) -> FolderFile {
    FolderFile {
        name: name.into(),
        text: String::from_utf8_lossy(text).into_owned(),
    }
}

/// Compiles and draws a bundle, and checks what is said of it.
///
/// # Panics
///
/// Where the answer is not what every answer must be.
pub fn check_bundle(bundle: &Bundle) {
    let compiled = compile(bundle, &Catalog::default());
    let text = |path: &str| match path {
        "protocol.yaml" => bundle.protocol.as_str(),
        _ => {
            let mut prompts = bundle.prompts.iter();
            let prompt = prompts.find(|it| path == format!("prompts/{}.md", it.name));
            prompt.map_or("", |it| &it.content)
        }
    };
    check(&compiled, text);
    let again = compile(bundle, &Catalog::default());
    assert_eq!(
        again.diagnostics, compiled.diagnostics,
        "the order is stable"
    );
    check_drawn(&render(&compiled.diagnostics, bundle), &compiled);
}

/// The same for a folder.
fn check_folder(folder: &Folder) {
    let (bundle, compiled) = compile_folder(folder, &Catalog::default());
    let of = |files: &'_ [FolderFile], kind: &str, path: &str| {
        let mut files = files.iter();
        files.position(|it| path == format!("{kind}/{}.md", it.name))
    };
    let text = |path: &str| match path {
        "protocol.yaml" => folder.protocol.as_str(),
        "settings.json" => folder.settings.as_str(),
        _ => of(&folder.prompts, "prompts", path)
            .map(|at| &folder.prompts[at])
            .or_else(|| of(&folder.references, "references", path).map(|at| &folder.references[at]))
            .map_or("", |file| &file.text),
    };
    check(&compiled, text);
    let (_, again) = compile_folder(folder, &Catalog::default());
    assert_eq!(
        again.diagnostics, compiled.diagnostics,
        "the order is stable"
    );
    let drawn = render_folder(&compiled.diagnostics, &bundle, folder, Path::new("agent"));
    check_drawn(&drawn, &compiled);
}

fn check<'t>(compiled: &Compiled, text: impl Fn(&str) -> &'t str) {
    let has_errors = compiled.diagnostics.iter().any(Diagnostic::is_error);
    assert_eq!(compiled.program.is_none(), has_errors);
    for diagnostic in &compiled.diagnostics {
        let (text, span) = (text(&diagnostic.file), diagnostic.span);
        assert!(text.get(span.start..span.end).is_some(), "{diagnostic:?}");
        let lines_before = text[..span.start].matches('\n').count();
        assert_eq!(span.from.line, lines_before + 1, "{diagnostic:?}");
        assert!(span.from <= span.to, "{diagnostic:?}");
        assert!(!diagnostic.message.is_empty());
    }
}

fn check_drawn(drawn: &str, compiled: &Compiled) {
    let heads = drawn.lines().filter(|line| {
        let head = line
            .strip_prefix("error")
            .or_else(|| line.strip_prefix("warning"));
        head.is_some_and(|rest| rest.starts_with("[OCT"))
    });
    assert_eq!(heads.count(), compiled.diagnostics.len(), "{drawn}");
}

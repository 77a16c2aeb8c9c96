use super::*;

const SETTINGS: &str = r#"{"slug": "a", "name": "A", "format": "interactive"}"#;

fn folder(settings: &str) -> Folder {
    Folder {
        settings: settings.into(),
        protocol: "agent: { model: a/b, system: s, references: [guide] }".into(),
        prompts: vec![FolderFile {
            name: "s".into(),
            text: "Be kind.".into(),
        }],
        references: vec![FolderFile {
            name: "guide".into(),
            text: "---\ndescription: >\n  How to\n  be kind.\n---\n\nSmile.".into(),
        }],
        not_utf8: Vec::new(),
    }
}

/// Everything that is said of a folder, but for what nobody has built yet.
fn said(folder: &Folder) -> Vec<String> {
    let (_, compiled) = compile_folder(folder, &Catalog::default());
    let diagnostics = compiled.diagnostics.iter();
    let ours = diagnostics.filter(|it| it.file != "protocol.yaml");
    ours.map(ToString::to_string).collect()
}

#[test]
fn a_folder_becomes_a_bundle() {
    let folder = folder(SETTINGS);
    let (bundle, compiled) = compile_folder(&folder, &Catalog::default());
    assert_eq!(said(&folder), Vec::<String>::new());
    assert!(compiled.program.is_some());
    assert_eq!(bundle.settings.slug, "a");
    assert_eq!(bundle.references[0].description, "How to be kind.");
    assert_eq!(bundle.references[0].content, "Smile.");
}

#[test]
fn what_is_wrong_with_the_settings_has_a_place() {
    let settings = "{\n\t\"slug\": \"My Agent\",\n\t\"nmae\": \"A\",\n\t\"format\": \"chat\"\n}\n";
    assert_eq!(
        said(&folder(settings)),
        [
            "settings.json:1:1: the settings file needs `name`",
            "settings.json:2:10: the slug `My Agent` is not lower-case-with-dashes (use small letters, digits and `-`)",
            "settings.json:3:2: `nmae` is no key of the settings file; it is ignored (did you mean `name`?)",
            "settings.json:4:12: `chat` is no value of `format`; it takes `interactive` or `worker`",
        ]
    );
}

#[test]
fn settings_are_read_as_json() {
    let folder = folder(r#"{"slug": "a", "name": "\ud83d\ude00\/\"", "format": "worker"}"#);
    let (bundle, _) = compile_folder(&folder, &Catalog::default());
    assert_eq!(bundle.settings.name, "😀/\"");
}

#[test]
fn settings_that_are_no_json() {
    assert_eq!(
        said(&folder("{\n  \"slug\": \"a\",\n}\n")),
        ["settings.json:3:1: settings.json is not valid JSON: trailing comma"]
    );
    assert_eq!(said(&folder("")).len(), 1);
    assert_eq!(said(&folder("[]")).len(), 1);
}

#[test]
fn front_matter_that_is_no_yaml_has_a_place() {
    let mut folder = folder(SETTINGS);
    folder.references[0].text = "---\ndescription: [\n---\nText".into();
    let said = said(&folder);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("references/guide.md:2:"), "{said:?}");
    folder.references[0].text = "---\r\ndescription: 3\r\n---\r\nText".into();
    let said = self::said(&folder);
    assert!(
        said[0].starts_with("references/guide.md:2:14: `description` must be text"),
        "{said:?}"
    );
}

#[test]
fn a_file_that_is_no_text() {
    let mut folder = folder(SETTINGS);
    folder.not_utf8.push(("prompts/s.md".into(), 3));
    assert_eq!(
        said(&folder),
        ["prompts/s.md:1:4: the file is not UTF-8 text (save it as UTF-8)"]
    );
}

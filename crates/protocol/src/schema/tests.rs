use jsonschema::Validator;
use proptest::prelude::*;

use super::*;
use crate::problems::Problems;
use crate::testing::{compile, with_protocol};
use crate::tests::agent_files::corpus;
use crate::tests::never_panics::agent;
use crate::{Catalog, compile_folder, yaml};

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::meta::validate(schema).expect("it is a JSON Schema");
    jsonschema::draft202012::new(schema).expect("it is a JSON Schema")
}

fn flaws(validator: &Validator, protocol: &str) -> Vec<String> {
    let root = yaml::parse(protocol, &mut Problems::default());
    let json = root.map_or(Value::Null, |root| root.to_json());
    let errors = validator.iter_errors(&json);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn what_compiles_is_valid() {
    let validator = validator(&protocol_schema());
    let settings = self::validator(&settings_schema());
    let mut tried = 0;
    for part in ["valid", "rules"] {
        for (name, folder) in corpus(part) {
            if compile_folder(&folder, &Catalog::default())
                .1
                .program
                .is_some()
            {
                assert_eq!(
                    flaws(&validator, &folder.protocol),
                    [""; 0],
                    "{part}/{name}"
                );
                assert_eq!(flaws(&settings, &folder.settings), [""; 0], "{part}/{name}");
                tried += 1;
            }
        }
    }
    assert!(tried > 15, "{tried}");
}

#[test]
fn what_has_another_shape_is_not() {
    let validator = validator(&protocol_schema());
    for protocol in [
        "agent: []",
        "agent: { system: s }",
        "agent: { model: [a/b] }",
        "agent: { model: nomodel }",
        "agent: { model: a/b, temperature: 3 }",
        "agent: { model: a/b, temperature: warm }",
        "agent: { model: a/b, thinking: much }",
        "agent: { model: a/b, tools: search }",
        "agent: { model: a/b, sandboxTimeout: 3600001 }",
        "agent: { model: a/b }\nhandlers: { go: { A: { block: nothing } } }",
        "agent: { model: a/b }\nhandlers: { go: { A: { role: user } } }",
        "agent: { model: a/b }\nhandlers: { go: { A: { block: tool-call } } }",
        "agent: { model: a/b }\ntypes: { A: { anyOf: [B] } }",
        "agent: { model: a/b }\ntypes: { A: { type: object } }",
        "agent: { model: a/b }\ntypes: { A: { b: string } }",
        "agent: { model: a/b }\ninput: { A: { description: d } }",
        "agent: { model: a/b, input: [1] }",
    ] {
        assert_ne!(flaws(&validator, protocol), [""; 0], "{protocol}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_compiles_by_chance_is_valid(protocol in agent()) {
        if compile(&with_protocol(&*protocol)).program.is_some() {
            let validator = validator(&protocol_schema());
            prop_assert_eq!(flaws(&validator, &protocol), [""; 0], "{}", protocol);
        }
    }
}

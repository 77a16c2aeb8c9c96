use serde_json::json;

use super::*;
use crate::program::Type;

fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.into(),
        ty,
        description: None,
        optional: false,
        default: None,
        allowed: Vec::new(),
    }
}

fn fields() -> Vec<Field> {
    vec![
        field("NAME", Type::String),
        Field {
            optional: true,
            default: Some(json!("free")),
            allowed: vec!["free".into(), "pro".into()],
            ..field("PLAN", Type::String)
        },
        Field {
            optional: true,
            ..field("AGE", Type::Integer)
        },
        Field {
            optional: true,
            ..field("FILES", Type::List(std::sync::Arc::new(Type::File)))
        },
        Field {
            optional: true,
            ..field("ANY", Type::Unknown)
        },
    ]
}

fn checked(given: &Value) -> Result<JsonMap, InputErrors> {
    check(&fields(), given.as_object().expect("an object").clone())
}

#[track_caller]
fn accepts(given: &Value, expected: &Value) {
    assert_eq!(checked(given).map(Value::Object).as_ref(), Ok(expected));
}

#[track_caller]
fn refuses(given: &Value, expected: &str) {
    assert_eq!(
        checked(given).map_err(|it| it.to_string()),
        Err(expected.to_owned())
    );
}

#[test]
fn defaults_are_filled_in_and_unknown_keys_dropped() {
    accepts(
        &json!({"NAME": "Ada", "OTHER": 1}),
        &json!({"NAME": "Ada", "PLAN": "free"}),
    );
}

#[test]
fn null_is_absent_where_a_value_may_be() {
    accepts(
        &json!({"NAME": "Ada", "PLAN": null, "AGE": null, "ANY": null}),
        &json!({"NAME": "Ada", "PLAN": "free"}),
    );
    refuses(
        &json!({"NAME": null}),
        "input `NAME` must be of type `string`",
    );
}

#[test]
fn a_default_makes_a_required_value_optional() {
    let field = Field {
        default: Some(json!("en")),
        ..field("LANGUAGE", Type::String)
    };
    let checked = check(&[field], JsonMap::new()).map(Value::Object);
    assert_eq!(checked, Ok(json!({"LANGUAGE": "en"})));
}

#[test]
fn values_are_kept_as_they_are_given() {
    let file = json!({"id": "f", "mediaType": "image/png", "url": "https://x/y", "size": 3});
    let given = json!({"NAME": "", "PLAN": "pro", "AGE": 3.0, "FILES": [file], "ANY": [1]});
    accepts(&given, &given);
}

#[test]
fn every_problem_is_listed() {
    refuses(
        &json!({"PLAN": "gold", "AGE": "3", "FILES": [{"id": "f"}]}),
        "input `NAME` is required; input `PLAN` must be `free` or `pro`; \
         input `AGE` must be of type `integer`; input `FILES` must be of type `file[]`",
    );
}

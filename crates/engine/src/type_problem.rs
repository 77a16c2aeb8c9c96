//! What keeps a value from being of a declared type, as a sentence with the place in it.

use domain::JsonMap;
use protocol::program::{Form, NamedType, Property, Type};
use protocol::types;
use serde_json::Value;

/// The first problem; `None` where the value is of the type.
pub(crate) fn find(named: &NamedType, value: &Value) -> Option<String> {
    let problem = in_named(named, value, "");
    // What is not told apart here is still no value of the type.
    problem.or_else(|| {
        let ty = Type::Named(named.clone().into());
        (!types::admits(&ty, value)).then(|| wrong("", &ty))
    })
}

fn in_named(named: &NamedType, value: &Value, path: &str) -> Option<String> {
    match &named.form {
        Form::Object(properties) => match value.as_object() {
            Some(object) => in_object(properties, object, path),
            None => Some(format!("{} must be an object.", at(path))),
        },
        Form::List(item) => in_list(item, value, path),
        Form::Union(union) => {
            let key = &*union.discriminator;
            let given = value.get(key);
            let mut variants = union.variants.iter();
            match variants.find(|(constant, _)| Some(constant) == given) {
                Some((_, variant)) => in_named(variant, value, path),
                None => {
                    let known: Vec<String> = union
                        .variants
                        .iter()
                        .map(|(it, _)| it.to_string())
                        .collect();
                    let (path, known) = (join(path, key), known.join(", "));
                    Some(format!("{} must be one of {known}.", at(&path)))
                }
            }
        }
    }
}

fn in_object(properties: &[Property], object: &JsonMap, path: &str) -> Option<String> {
    properties.iter().find_map(|property| {
        let path = join(path, &property.name);
        let given = object.get(&*property.name);
        let Some(value) = given.filter(|value| !(value.is_null() && property.optional)) else {
            return (!property.optional).then(|| format!("{} is missing.", at(&path)));
        };
        if let Some(constant) = property.constant.as_ref().filter(|it| *it != value) {
            return Some(format!("{} must be {constant}.", at(&path)));
        }
        let mut allowed = property.allowed.iter();
        if !property.allowed.is_empty() && !allowed.any(|it| value.as_str() == Some(&**it)) {
            let known = property.allowed.join(", ");
            return Some(format!("{} must be one of {known}.", at(&path)));
        }
        in_type(&property.ty, value, &path)
    })
}

fn in_type(ty: &Type, value: &Value, path: &str) -> Option<String> {
    match ty {
        Type::Named(named) => in_named(named, value, path),
        Type::List(item) => in_list(item, value, path),
        Type::String
        | Type::Number
        | Type::Integer
        | Type::Boolean
        | Type::Unknown
        | Type::File => (!types::admits(ty, value)).then(|| wrong(path, ty)),
    }
}

fn in_list(item: &Type, value: &Value, path: &str) -> Option<String> {
    let Some(items) = value.as_array() else {
        return Some(format!("{} must be a list.", at(path)));
    };
    items
        .iter()
        .enumerate()
        .find_map(|(index, value)| in_type(item, value, &format!("{path}[{index}]")))
}

fn wrong(path: &str, ty: &Type) -> String {
    format!("{} must be of the type `{ty}`.", at(path))
}

fn at(path: &str) -> String {
    if path.is_empty() {
        "the answer".to_owned()
    } else {
        format!("`{path}`")
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use protocol::program::Union;
    use serde_json::json;

    use super::*;

    fn property(name: &str, ty: Type) -> Property {
        Property {
            name: name.into(),
            ty,
            description: None,
            optional: false,
            allowed: Vec::new(),
            constant: None,
        }
    }

    fn named(name: &str, form: Form) -> NamedType {
        NamedType {
            name: name.into(),
            description: None,
            form,
        }
    }

    /// `{ kind: "a"|"b", tags: string[], next?: A|B }`, where A has a number and B has none.
    fn sample() -> NamedType {
        let variant = |kind: &str, more: Option<Property>| {
            let constant = Some(json!(kind));
            let kind = Property {
                constant,
                ..property("kind", Type::String)
            };
            named("V", Form::Object([kind].into_iter().chain(more).collect()))
        };
        let union = Form::Union(Union {
            discriminator: "kind".into(),
            variants: vec![
                (
                    json!("a"),
                    variant("a", Some(property("n", Type::Integer))).into(),
                ),
                (json!("b"), variant("b", None).into()),
            ],
        });
        let level = Property {
            allowed: vec!["low".into(), "high".into()],
            ..property("level", Type::String)
        };
        let next = Property {
            optional: true,
            ..property("next", Type::Named(named("U", union).into()))
        };
        let tags = property("tags", Type::List(Type::String.into()));
        named("Sample", Form::Object(vec![level, tags, next]))
    }

    #[test]
    fn problems_name_their_place() {
        let sample = sample();
        let problem = |value| find(&sample, &value);
        let good = json!({"level": "low", "tags": ["x"], "next": {"kind": "a", "n": 1}});
        assert_eq!(problem(good), None);
        assert_eq!(
            problem(json!({"level": "low", "tags": [], "next": null})),
            None
        );
        for (value, expected) in [
            (json!([]), "the answer must be an object."),
            (json!({"tags": []}), "`level` is missing."),
            (
                json!({"level": "mid", "tags": []}),
                "`level` must be one of low, high.",
            ),
            (
                json!({"level": "low", "tags": "x"}),
                "`tags` must be a list.",
            ),
            (
                json!({"level": "low", "tags": ["x", 1]}),
                "`tags[1]` must be of the type `string`.",
            ),
            (
                json!({"level": "low", "tags": [], "next": {"kind": "c"}}),
                r#"`next.kind` must be one of "a", "b"."#,
            ),
            (
                json!({"level": "low", "tags": [], "next": {"kind": "a", "n": 1.5}}),
                "`next.n` must be of the type `integer`.",
            ),
        ] {
            assert_eq!(problem(value).as_deref(), Some(expected));
        }
    }
}

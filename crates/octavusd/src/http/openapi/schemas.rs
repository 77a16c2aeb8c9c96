//! The named schemas. A type that is both sent and read may differ between the two (what may be left
//! out of a body is there in an answer); it then has two names.

use std::collections::BTreeSet;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};

const OUTPUTS: &str = "#/components/schemas/";
/// Where references of inputs point until [`Schemas::finish`] knows which names are shared.
const INPUTS: &str = "#/components/inputs/";

/// The schemas of all operations.
pub(super) struct Schemas {
    inputs: SchemaGenerator,
    outputs: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = |path: &str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.meta_schema = None;
                settings.definitions_path = path
                    .trim_start_matches('#')
                    .trim_end_matches('/')
                    .to_owned()
                    .into();
            })
        };
        Self {
            inputs: settings(INPUTS).for_deserialize().into_generator(),
            outputs: settings(OUTPUTS)
                .for_serialize()
                .with_transform(RecursiveTransform(absent_is_not_null))
                .into_generator(),
        }
    }
}

impl Schemas {
    pub(super) fn input<T: JsonSchema>(&mut self) -> Value {
        self.inputs.subschema_for::<T>().to_value()
    }

    pub(super) fn input_fields<T: JsonSchema>(&mut self) -> Value {
        T::json_schema(&mut self.inputs).to_value()
    }

    pub(super) fn output<T: JsonSchema>(&mut self) -> Value {
        self.outputs.subschema_for::<T>().to_value()
    }

    /// All schemas by their names. References in the paths are set to them.
    pub(super) fn finish(mut self, paths: &mut Value) -> Map<String, Value> {
        let mut schemas = self.outputs.take_definitions(true);
        let inputs = self.inputs.take_definitions(true);
        let own = own_inputs(&inputs, &schemas);
        for (name, mut schema) in inputs {
            resolve(&mut schema, &own);
            schemas.insert(input_name(&name, &own), schema);
        }
        resolve(paths, &own);
        schemas
    }
}

/// An optional field of an answer is left out and never null (CONTRACT 3.0), which the derive of the
/// schemas does not know.
fn absent_is_not_null(schema: &mut Schema) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |name: &str| {
        let names = required.as_array().into_iter().flatten();
        names.into_iter().any(|other| other == name)
    };
    let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, field) in fields.into_iter().flatten() {
        if let Some(field) = field.as_object_mut().filter(|_| !is_required(name)) {
            drop_null(field);
        }
    }
}

fn drop_null(schema: &mut Map<String, Value>) {
    if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut) {
        types.retain(|name| name != "null");
        if let [name] = &mut types[..] {
            let name = name.take();
            schema.insert("type".into(), name);
        }
    }
    if let Some(forms) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        forms.retain(|form| form.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(form)] = &mut forms[..] {
            let form = std::mem::take(form);
            schema.remove("anyOf");
            schema.extend(form);
        }
    }
}

/// The inputs that are not also an output in the same form: those that differ themselves, then those
/// that refer to one of these, until no more are found.
fn own_inputs(inputs: &Map<String, Value>, outputs: &Map<String, Value>) -> BTreeSet<String> {
    let mut own = BTreeSet::new();
    loop {
        let differs = |(name, schema): &(&String, &Value)| {
            let mut schema = (*schema).clone();
            resolve(&mut schema, &own);
            outputs.get(*name).is_some_and(|output| *output != schema)
        };
        let found: BTreeSet<String> = inputs
            .iter()
            .filter(differs)
            .map(|(name, _)| name.clone())
            .collect();
        if found == own {
            return own;
        }
        own = found;
    }
}

fn input_name(name: &str, own: &BTreeSet<String>) -> String {
    let suffix = if own.contains(name) { "Input" } else { "" };
    format!("{name}{suffix}")
}

/// Points every reference to an input at its final name.
fn resolve(value: &mut Value, own: &BTreeSet<String>) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(INPUTS) {
                *text = format!("{OUTPUTS}{}", input_name(name, own));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, own)),
        Value::Object(fields) => fields.values_mut().for_each(|field| resolve(field, own)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

//! Which names mean a value at a place of the protocol.

use std::sync::Arc;

use crate::declarations::{Fields, Names};
use crate::program::{Place, Type};

/// The names that the blocks of a handler see, or that the agent's settings see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'n> {
    names: &'n Names,
    /// The input of the trigger that starts the handler.
    trigger: Option<&'n Fields>,
}

impl<'n> Scope<'n> {
    /// What is there without a trigger.
    pub(crate) fn agent(names: &'n Names) -> Self {
        Self {
            names,
            trigger: None,
        }
    }

    pub(crate) fn handler(names: &'n Names, trigger: Option<&'n Fields>) -> Self {
        Self { names, trigger }
    }

    /// The first place of that name (CONTRACT 5.4): trigger input, variable, resource, session input.
    pub(crate) fn find(&self, name: &str) -> Option<Place> {
        let Names {
            inputs,
            variables,
            resources,
            ..
        } = self.names;
        if let Some(field) = self.trigger.and_then(|fields| fields.get(name)) {
            return Some(Place::TriggerInput(Arc::clone(&field.name)));
        }
        if let Some((name, _)) = variables.get_key_value(name) {
            return Some(Place::Variable(Arc::clone(name)));
        }
        if let Some((name, _)) = resources.get_key_value(name) {
            return Some(Place::Resource(Arc::clone(name)));
        }
        inputs
            .get(name)
            .map(|field| Place::Input(Arc::clone(&field.name)))
    }

    /// The type of a place that was found here.
    pub(crate) fn type_of(&self, place: &Place) -> Option<&'n Type> {
        match place {
            Place::TriggerInput(name) => {
                let field = self.trigger.and_then(|fields| fields.get(name));
                field.map(|field| &field.ty)
            }
            Place::Variable(name) => self.names.variables.get(name).map(|it| &it.ty),
            Place::Resource(name) => self.names.resources.get(name).map(|it| &it.ty),
            Place::Input(name) => self.names.inputs.get(name).map(|field| &field.ty),
        }
    }

    /// The values that a place may hold; empty where any may be.
    pub(crate) fn allowed(&self, place: &Place) -> &'n [Arc<str>] {
        let field = match place {
            Place::TriggerInput(name) => self.trigger.and_then(|fields| fields.get(name)),
            Place::Input(name) => self.names.inputs.get(name),
            Place::Variable(_) | Place::Resource(_) => None,
        };
        field.map_or(&[], |field| &field.allowed)
    }

    /// Whether some trigger has an input of that name, which is not seen from here.
    pub(crate) fn only_trigger(&self, name: &str) -> bool {
        let mut triggers = self.names.triggers.values();
        self.find(name).is_none() && triggers.any(|trigger| trigger.inputs.get(name).is_some())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'n str> {
        let trigger = self.trigger.into_iter().flat_map(Fields::names);
        trigger
            .chain(self.names.variables.keys().map(|name| &**name))
            .chain(self.names.resources.keys().map(|name| &**name))
            .chain(self.names.inputs.names())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::PROTOCOL;
    use crate::problems::Problems;
    use crate::region::{File, Region};
    use crate::table::Table;
    use crate::yaml::{self, Key};

    const PROTOCOL_TEXT: &str = "\
input: { A: { type: string }, B: { type: string }, C: { type: string }, D: { type: string } }
resources: { A: { type: string }, B: { type: string }, C: { type: string } }
variables: { A: { type: string }, B: { type: string } }
triggers: { t: { input: { A: { type: string }, E: { type: string } } } }
";

    #[test]
    fn the_nearest_place_wins() {
        let mut problems = Problems::default();
        let root = yaml::parse(PROTOCOL_TEXT, &mut problems).expect("valid YAML");
        let key = Key {
            name: "protocol.yaml".into(),
            region: Region::whole(File::Protocol),
        };
        let table = Table::open(&mut problems, &PROTOCOL, &key, &root).expect("a map");
        let names = Names::read(&mut problems, &table);
        let handler = Scope::handler(&names, names.triggers.get("t").map(|it| &it.inputs));
        let agent = Scope::agent(&names);

        assert_eq!(handler.find("A"), Some(Place::TriggerInput("A".into())));
        assert_eq!(agent.find("A"), Some(Place::Variable("A".into())));
        assert_eq!(handler.find("B"), Some(Place::Variable("B".into())));
        assert_eq!(handler.find("C"), Some(Place::Resource("C".into())));
        assert_eq!(handler.find("D"), Some(Place::Input("D".into())));
        assert_eq!(agent.find("E"), None);
        assert!(agent.only_trigger("E"));
        assert!(!agent.only_trigger("A"));
    }
}

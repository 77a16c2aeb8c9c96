//! Which names mean a value at a place of the protocol.

use std::sync::Arc;

use crate::declarations::{Declared, Names};
use crate::program::{Field, Place, Type};

/// The names that the blocks of a handler see, or that the agent's settings see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'n> {
    names: &'n Names,
    /// The trigger that starts the handler, and its input.
    trigger: Option<(&'n Arc<str>, &'n Declared<Field>)>,
}

impl<'n> Scope<'n> {
    /// What is there without a trigger: for the agent's settings, and for the steps of a worker.
    pub(crate) fn agent(names: &'n Names) -> Self {
        Self {
            names,
            trigger: None,
        }
    }

    pub(crate) fn handler(names: &'n Names, trigger: &str) -> Self {
        let decl = names.triggers.get(trigger);
        let trigger = names.triggers.name(trigger).zip(decl);
        Self {
            names,
            trigger: trigger.map(|(name, decl)| (name, &decl.inputs)),
        }
    }

    /// The trigger that starts the handler.
    pub(crate) fn trigger(&self) -> Option<&'n Arc<str>> {
        self.trigger.map(|(name, _)| name)
    }

    /// The first place of that name (CONTRACT 5.4): trigger input, variable, resource, session input.
    pub(crate) fn find(&self, name: &str) -> Option<Place> {
        let names = self.names;
        if let Some(name) = self.trigger.and_then(|(_, fields)| fields.name(name)) {
            return Some(Place::TriggerInput(Arc::clone(name)));
        }
        if let Some(name) = names.variables.name(name) {
            return Some(Place::Variable(Arc::clone(name)));
        }
        if let Some(name) = names.resources.name(name) {
            return Some(Place::Resource(Arc::clone(name)));
        }
        let name = names.inputs.name(name)?;
        Some(Place::Input(Arc::clone(name)))
    }

    /// The type of a place that was found here.
    pub(crate) fn type_of(&self, place: &Place) -> Option<&'n Type> {
        match place {
            Place::Variable(name) => self.names.variables.get(name).map(|it| &it.ty),
            Place::Resource(name) => self.names.resources.get(name).map(|it| &it.ty),
            Place::TriggerInput(_) | Place::Input(_) => self.field(place).map(|field| &field.ty),
        }
    }

    /// The values that a place may hold; empty where any may be.
    pub(crate) fn allowed(&self, place: &Place) -> &'n [Arc<str>] {
        self.field(place).map_or(&[], |field| &field.allowed)
    }

    fn field(&self, place: &Place) -> Option<&'n Field> {
        match place {
            Place::TriggerInput(name) => self.trigger.and_then(|(_, fields)| fields.get(name)),
            Place::Input(name) => self.names.inputs.get(name),
            Place::Variable(_) | Place::Resource(_) => None,
        }
    }

    /// Whether some trigger has an input of that name, which is not seen from here.
    pub(crate) fn only_trigger(&self, name: &str) -> bool {
        self.find(name).is_none() && self.names.trigger_inputs.contains(name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'n str> {
        let trigger = self.trigger.into_iter();
        trigger
            .flat_map(|(_, fields)| fields.names())
            .chain(self.names.variables.names())
            .chain(self.names.resources.names())
            .chain(self.names.inputs.names())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::Problems;
    use crate::region::{File, Region};
    use crate::shape_check::protocol_key;
    use crate::table::Table;
    use crate::yaml;

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
        let key = protocol_key(Region::whole(File::Protocol));
        let table = Table::of(&key, &root).expect("a map");
        let names = Names::read(&mut problems, &table, &[]);
        let handler = Scope::handler(&names, "t");
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

//! `skills` and `onDemandSkills`: packages of knowledge and scripts.

use std::sync::Arc;

use domain::Display;

use super::{Declared, site};
use crate::display;
use crate::problems::Problems;
use crate::program::{OnDemandSkills, Site, Skill};
use crate::table::Table;
use crate::yaml::Entry;

pub(super) fn read(problems: &mut Problems, protocol: &Table<'_>) -> Declared<Skill> {
    let mut skills = Declared::default();
    for entry in protocol.entries("skills") {
        skills.insert(&entry.key, skill(problems, entry));
    }
    skills
}

fn skill(problems: &mut Problems, entry: &Entry) -> Skill {
    let slug = Arc::clone(&entry.key.name);
    let Some(table) = Table::of_entry(entry) else {
        return Skill {
            slug,
            display: Display::Description,
            label: None,
            description: None,
            site: Site::Sandbox,
        };
    };
    let (display, label) = display::read(problems, &table, Display::Description);
    Skill {
        slug,
        display,
        label,
        description: table.string("description"),
        site: site(&table),
    }
}

pub(super) fn on_demand(problems: &mut Problems, protocol: &Table<'_>) -> Option<OnDemandSkills> {
    let table = protocol.table("onDemandSkills")?;
    let (display, label) = display::read(problems, &table, Display::Description);
    Some(OnDemandSkills {
        display,
        label,
        site: site(&table),
    })
}

//! A video is given to a model that cannot watch one.
//!
//! A file says what it is only when it is there; here its name must tell: `VIDEO`, `VIDEO_FILES`.

use domain::ThreadId;

use super::Rule;
use crate::cx::Cx;
use crate::names::Quoted;
use crate::program::Setting;
use crate::table::{Table, Text};

pub(crate) const RULE: Rule = Rule::warning("OCT0519");

/// Nothing is said of a model that is chosen later, or that nobody knows.
pub(crate) fn check(cx: &mut Cx<'_>, block: &Table<'_>, name: Text<'_>) {
    let mut words = name.value.split('_');
    if !words.any(|word| matches!(word, "VIDEO" | "VIDEOS")) {
        return;
    }
    let thread = block.text("thread");
    let thread = thread.map_or(ThreadId::MAIN, |name| name.value);
    if let Some(Setting::Fixed(model)) = cx.models.get(thread)
        && cx
            .catalog
            .facts(model)
            .is_some_and(|facts| !facts.reads_video)
    {
        let model = model.to_string();
        let message = format!(
            "{} cannot watch the video {}",
            Quoted(&model),
            Quoted(name.value)
        );
        let help = "give it to a model that can, in a worker or a thread of its own";
        cx.problems.push(RULE.at(name.region, message).help(help));
    }
}

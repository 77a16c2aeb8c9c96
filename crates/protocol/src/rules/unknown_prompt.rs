//! A prompt is named that is not in `prompts/`.

use super::Rule;
use crate::names::{Quoted, is_kebab_path};
use crate::problems::Problems;
use crate::prompts::Prompts;
use crate::region::Region;

pub(crate) const RULE: Rule = Rule::error("OCT0601");

/// The prompt of that name.
pub(crate) fn check(
    problems: &mut Problems,
    prompts: &Prompts,
    name: &str,
    region: Region,
) -> Option<usize> {
    if let Some(index) = prompts.find(name) {
        return Some(index);
    }
    let problem = RULE.at(region, format!("there is no prompt {}", Quoted(name)));
    let path = name.strip_prefix("prompts/").unwrap_or(name);
    let bare = path.strip_suffix(".md").unwrap_or(path);
    let bare = Some(bare).filter(|bare| prompts.find(bare).is_some());
    let nearest = problems.nearest(name, prompts.names());
    problems.push(match (bare, nearest) {
        (Some(bare), _) => problem
            .help(format!(
                "write {}, the path below `prompts/` without `.md`",
                Quoted(bare)
            ))
            .meant(bare),
        (None, Some(_)) => problem.did_you_mean(nearest),
        (None, None) if is_kebab_path(name) => {
            let path = format!("prompts/{name}.md");
            problem.help(format!("add the file {}", Quoted(&path)))
        }
        (None, None) => problem.help("name it by its path below `prompts/`, as `shared/tone`"),
    });
    None
}

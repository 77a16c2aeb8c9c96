//! Which of the offered tools a text asks for.

use domain::ToolDef;

/// Words that say nothing about what a tool is for.
const GENERIC: &str = " about all and are by call can current data details does fetch find for from get given has have \
    how info into its list make need new not octavus please return returns run set show tell that the their them this \
    tool use used user users want what when which who will with you your ";

/// Stems of verbs that many tools and many sentences have.
const VERBS: &[&str] = &[
    "creat", "writ", "read", "open", "updat", "delet", "send", "check", "start", "stop",
];

/// The tools that the text names; where it names none, the one that it is most clearly about.
pub(super) fn wanted<'a>(text: &str, tools: &'a [ToolDef]) -> Vec<&'a ToolDef> {
    let said = words(text);
    let named: Vec<&ToolDef> = tools.iter().filter(|tool| names(&said, tool)).collect();
    if !named.is_empty() {
        return named;
    }
    let mut best: Option<(usize, &ToolDef)> = None;
    for tool in tools {
        let score = score(&said, tool);
        if score >= 3 && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, tool));
        }
    }
    best.into_iter().map(|(_, tool)| tool).collect()
}

/// Whether all words of the name stand in the text, one behind the other: `get-current-time`,
/// `get current time`, `getCurrentTime`. A name of one everyday word is not enough.
fn names(said: &[String], tool: &ToolDef) -> bool {
    let name = words(&tool.name);
    name.len() > 1 && said.windows(name.len()).any(|run| run == name)
}

/// Three points for a telling word of the name, one for an everyday verb in it, one for each word of the
/// description.
fn score(said: &[String], tool: &ToolDef) -> usize {
    let said: Vec<String> = said.iter().filter_map(|word| stem(word)).collect();
    let hits = |text: &str| {
        let mut hits: Vec<String> = words(text).iter().filter_map(|word| stem(word)).collect();
        hits.retain(|word| said.contains(word));
        hits.sort_unstable();
        hits.dedup();
        hits
    };
    let weight = |word: &String| if VERBS.contains(&word.as_str()) { 1 } else { 3 };
    hits(&tool.name).iter().map(weight).sum::<usize>() + hits(&tool.description).len()
}

/// A telling word without its ending; none where it tells nothing.
fn stem(word: &str) -> Option<String> {
    if word.len() < 3 || GENERIC.contains(&format!(" {word} ")) {
        return None;
    }
    let endings = ["ing", "es", "ed", "s", "e"];
    let bare = endings
        .iter()
        .find_map(|ending| word.strip_suffix(ending).filter(|bare| bare.len() >= 3));
    Some(bare.unwrap_or(word).to_owned())
}

/// Lower-case words; `getCurrentTime` has three.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in text.chars() {
        let boundary = !c.is_alphanumeric() || (c.is_uppercase() && after_lower);
        if boundary {
            words.push(String::new());
        }
        after_lower = c.is_lowercase();
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool(name: &str, description: &str) -> ToolDef {
        ToolDef {
            name: name.to_owned(),
            description: description.to_owned(),
            input_schema: json!({ "type": "object" }),
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let tools = [
            tool("get-current-time", "Returns the time of day in a city"),
            tool("get-user-account", "Looks up the account of a user by id"),
            tool("createSupportTicket", "Opens a ticket for the support team"),
            tool("web_search", "Searches the web"),
        ];
        let wanted: Vec<&str> = wanted(text, &tools)
            .iter()
            .map(|tool| tool.name.as_str())
            .collect();
        assert_eq!(wanted, expected, "for {text:?}");
    }

    #[test]
    fn a_name_asks_for_its_tool_however_it_is_written() {
        check("call get-current-time", &["get-current-time"]);
        check("please use get current time now", &["get-current-time"]);
        check("run `createSupportTicket`!", &["createSupportTicket"]);
        check(
            "create support ticket and web search",
            &["createSupportTicket", "web_search"],
        );
    }

    #[test]
    fn a_telling_word_asks_for_its_tool() {
        check("What time is it?", &["get-current-time"]);
        check("Can you search for Rust?", &["web_search"]);
        check("I need a ticket", &["createSupportTicket"]);
        check("Show me my accounts", &["get-user-account"]);
    }

    #[test]
    fn small_talk_asks_for_none() {
        check("Hello, how are you?", &[]);
        check("Please create a poem", &[]);
        check("Who is the current user?", &[]);
        check("", &[]);
    }
}

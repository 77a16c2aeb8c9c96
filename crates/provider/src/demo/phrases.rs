//! What a text offers that an argument may be made of: quotes, numbers, topics.

/// Words behind which people put what they mean.
const LEADS: &[&str] = &[
    "in", "for", "about", "of", "on", "at", "named", "called", "titled", "saying", "to", "with",
];

/// Words that end what a lead began.
const STOPS: &[&str] = &[
    "and", "then", "please", "with", "using", "in", "for", "by", "to",
];

/// What stands between quotation marks of any kind.
pub(super) fn quoted(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((at, open)) = rest
        .char_indices()
        .find(|(_, c)| matches!(c, '"' | '“' | '«' | '„' | '`'))
    {
        let inner = rest.get(at + open.len_utf8()..).unwrap_or_default();
        let closes = |c: char| match open {
            '"' | '`' => c == open,
            _ => matches!(c, '”' | '“' | '»' | '"'),
        };
        let Some((quote, after)) = inner.split_once(closes) else {
            break;
        };
        if !quote.trim().is_empty() {
            found.push(quote.to_owned());
        }
        rest = after;
    }
    found
}

pub(super) fn numbers(text: &str) -> Vec<f64> {
    let words = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '?' | '!' | '#' | '$' | '€'));
    words
        .filter_map(|word| word.trim_end_matches(['.', '%', ')']).parse().ok())
        .filter(|n: &f64| n.is_finite())
        .collect()
}

/// What people put behind a word such as "in" or "about", up to the end of the clause.
pub(super) fn topics(text: &str) -> Vec<String> {
    let mut topics = Vec::new();
    for clause in text.split(['.', '?', '!', ';', '\n', ',']) {
        let words: Vec<&str> = clause.split_whitespace().collect();
        let is = |word: &&str, list: &[&str]| list.contains(&word.to_lowercase().as_str());
        let Some(lead) = words.iter().position(|word| is(word, LEADS)) else {
            continue;
        };
        let behind = words
            .iter()
            .skip(lead + 1)
            .take_while(|word| !is(word, STOPS));
        let behind: Vec<&str> = behind
            .copied()
            .filter(|word| !is(word, &["the", "a", "an", "my"]))
            .collect();
        if !behind.is_empty() {
            topics.push(behind.join(" "));
        }
    }
    topics
}

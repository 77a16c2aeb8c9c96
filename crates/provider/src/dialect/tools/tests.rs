use domain::{Display, JsonMap};

use super::*;

fn call(id: &str, theirs: Option<&str>) -> ToolCall {
    ToolCall {
        id: id.into(),
        name: "lookup".to_owned(),
        arguments: JsonMap::new(),
        display: Display::Stream,
        label: None,
        opaque: theirs.map(|id| opaque::write("acme", &[("id", id)])),
    }
}

#[test]
fn each_call_has_an_id_of_its_own() {
    let calls = [
        call("a", Some("theirs")),
        call("b", Some("theirs")),
        call("ü", None),
        call("ö", None),
        call("much-too-long", None),
        call("c", Some("much-too-long")),
    ];
    let mut ids = CallIds::new("acme", 8);
    let opened: Vec<_> = calls.iter().map(|call| ids.open(call)).collect();
    assert_eq!(opened, ["theirs", "b", "_", "call_3", "call_4", "c"]);
    let answered: Vec<_> = calls.iter().map(|call| ids.of(call)).collect();
    assert_eq!(answered, opened);
}

#[test]
fn an_id_of_another_vendor_is_not_taken() {
    let call = call("a", Some("theirs"));
    assert_eq!(CallIds::new("other", 8).open(&call), "a");
}

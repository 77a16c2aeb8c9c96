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
    let mut ids = CallIds::new("acme", IdForm::UpTo(8));
    let opened: Vec<_> = calls.iter().map(|call| ids.open(call)).collect();
    assert_eq!(opened, ["theirs", "b", "_", "call_3", "call_4", "c"]);
    let answered: Vec<_> = calls.iter().map(|call| ids.of(call)).collect();
    assert_eq!(answered, opened);
}

#[test]
fn an_id_of_another_vendor_is_not_taken() {
    let call = call("a", Some("theirs"));
    assert_eq!(CallIds::new("other", IdForm::UpTo(8)).open(&call), "a");
}

#[test]
fn an_id_of_nine_letters_and_digits_is_made_where_none_fits() {
    let calls = [call("exec.1-7", Some("D681PevKs")), call("exec.1-8", None)];
    let mut ids = CallIds::new("acme", IdForm::Nine);
    let opened: Vec<_> = calls.iter().map(|call| ids.open(call)).collect();
    assert_eq!(opened, ["D681PevKs", "call00001"]);
}

//! How events leave.

use futures_util::StreamExt as _;

use crate::node::{Node, read_until, store};

#[tokio::test]
async fn what_is_ready_leaves_in_one_piece() {
    let (_folder, store) = store().await;
    let node = Node::new(&store, "a", |_| {}).await;
    let session = node.session().await;
    for _ in 0..50 {
        node.model.text("word ").await;
    }
    node.model.finish().await;
    let reader = node.trigger(&session).await.expect("a stream");
    let pieces: Vec<_> = reader.collect().await;
    let words = |piece: &[u8]| String::from_utf8_lossy(piece).matches("word ").count();
    assert_eq!(pieces.iter().map(|piece| words(piece)).sum::<usize>(), 50);
    assert!(pieces.len() <= 4, "{} pieces", pieces.len());
}

#[tokio::test]
async fn nothing_waits_for_more_to_come() {
    let (_folder, store) = store().await;
    let node = Node::new(&store, "a", |_| {}).await;
    let session = node.session().await;
    let mut reader = node.trigger(&session).await.expect("a stream");
    for word in ["one", "two", "three"] {
        node.model.text(word).await;
        read_until(&mut reader, word).await;
    }
}

//! Dropping a stream ends the call, at any point of its life.

use std::time::Duration;

use futures_util::StreamExt;
use provider::Provider;
use testkit::Reply;

use crate::support::{MODEL, fake, request, say};

/// What the vendor may take to notice.
const BOUND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn in_the_middle_of_the_answer() {
    let (fake, providers) = fake().await;
    fake.push(Reply::text("One two").then_stall());
    let mut stream = providers.stream(request(MODEL, vec![say("Hello")]));
    stream.next().await.unwrap().unwrap();
    assert_eq!(fake.counts().open, 1);
    drop(stream);
    let counts = tokio::time::timeout(BOUND, fake.until_aborted(1))
        .await
        .unwrap();
    assert_eq!((counts.open, counts.finished), (0, 0));
}

#[tokio::test]
async fn before_the_first_byte() {
    let (fake, providers) = fake().await;
    fake.push(Reply::silence());
    let mut stream = providers.stream(request(MODEL, vec![say("Hello")]));
    tokio::select! {
        entry = stream.next() => unreachable!("{entry:?}"),
        _ = fake.until_requested(1) => {}
    }
    drop(stream);
    tokio::time::timeout(BOUND, fake.until_aborted(1))
        .await
        .unwrap();
}

#[tokio::test]
async fn while_it_waits_to_try_again() {
    let (fake, providers) = fake().await;
    fake.push(Reply::fail(529, "overloaded_error", "Overloaded").header("retry-after", "1"));
    let mut stream = providers.stream(request(MODEL, vec![say("Hello")]));
    tokio::select! {
        entry = stream.next() => unreachable!("{entry:?}"),
        _ = fake.until(|counts| counts.finished == 1) => {}
    }
    drop(stream);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(fake.counts().requests, 1);
}

#[tokio::test]
async fn nothing_is_sent_before_it_is_polled() {
    let (fake, providers) = fake().await;
    let stream = providers.stream(request(MODEL, vec![say("Hello")]));
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(stream);
    assert_eq!(fake.counts().requests, 0);
}

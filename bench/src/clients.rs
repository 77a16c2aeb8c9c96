//! Clients that ask for replies, and note when each token came.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, bail};
use http_body_util::BodyExt as _;
use tokio::task::LocalSet;
use tokio::time::{sleep, timeout};

use crate::figures::Sample;
use crate::http::{HttpClient, Post};
use crate::process;
use crate::scenario::Scenario;
use crate::target::Server;
use crate::token::{self, Scanner};

/// A reply that takes longer has failed.
const REPLY: Duration = Duration::from_secs(60);
/// Between two looks at the memory of the server.
const LOOK: Duration = Duration::from_millis(100);
/// Replies before anything is measured.
const WARM_UP: u32 = 5;

/// Loads a server as the scenario says.
pub async fn load(server: &Server, scenario: &Scenario, client: &HttpClient) -> Result<Sample> {
    for number in 0..WARM_UP {
        let post = server.reply(number, client).await?;
        ask(client, &post, scenario.pace.tokens, &mut Sample::default()).await?;
    }
    let mut posts = Vec::new();
    for number in 0..scenario.replies {
        posts.push(server.reply(number, client).await?);
    }
    let pid = server.pid()?;
    let (cpu, begun) = (process::cpu(pid)?, token::now());
    let shared = Rc::new(RefCell::new((posts, Sample::default())));
    let clients = LocalSet::new();
    for number in 0..scenario.clients {
        let (shared, client) = (Rc::clone(&shared), client.clone());
        let delay = scenario.ramp * number / scenario.clients;
        let tokens = scenario.pace.tokens;
        clients.spawn_local(async move {
            sleep(delay).await;
            one_client(&client, tokens, &shared).await;
        });
    }
    let watch = async {
        let mut most = 0;
        loop {
            most = most.max(process::memory(pid)?);
            if Rc::strong_count(&shared) == 1 {
                return Ok::<_, anyhow::Error>(most);
            }
            sleep(LOOK).await;
        }
    };
    let memory = clients.run_until(watch).await?;
    let mut shared = shared.borrow_mut();
    let sample = &mut shared.1;
    sample.wall = Duration::from_micros(sample.last.saturating_sub(begun));
    sample.cpu = process::cpu(pid)?.saturating_sub(cpu);
    sample.memory = memory;
    Ok(std::mem::take(sample))
}

async fn one_client(client: &HttpClient, tokens: u32, shared: &RefCell<(Vec<Post>, Sample)>) {
    loop {
        let Some(post) = shared.borrow_mut().0.pop() else {
            return;
        };
        let mut own = Sample::default();
        let asked = timeout(REPLY, ask(client, &post, tokens, &mut own)).await;
        let sample = &mut shared.borrow_mut().1;
        match asked {
            Ok(Ok(())) => sample.add(own),
            Ok(Err(error)) => sample.failures.push(format!("{error:#}")),
            Err(_) => sample.failures.push("a reply took too long".to_owned()),
        }
    }
}

/// Asks for one reply; only a complete one is good.
async fn ask(client: &HttpClient, post: &Post, tokens: u32, sample: &mut Sample) -> Result<()> {
    let begun = token::now();
    let answer = client.request(post.request()?).await?;
    if !answer.status().is_success() {
        bail!("the server answered {}", answer.status());
    }
    let mut body = answer.into_body();
    let (mut scanner, mut count, mut now) = (Scanner::default(), 0, begun);
    while let Some(frame) = body.frame().await {
        let Ok(bytes) = frame?.into_data() else {
            continue;
        };
        now = token::now();
        scanner.scan(&bytes, |stamp| {
            // Behind the last token some formats repeat the whole text.
            if count < tokens {
                sample.lags.push(now.saturating_sub(stamp));
            }
            count += 1;
        });
        if count > 0 && sample.first_tokens.is_empty() {
            sample.first_tokens.push(now - begun);
        }
    }
    if count < tokens {
        bail!("{count} of {tokens} tokens came");
    }
    sample.totals.push(now - begun);
    sample.last = now;
    Ok(())
}

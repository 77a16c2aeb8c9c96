//! Bringing an expired session back from a client's copy of its chat (CONTRACT 4.3).

use domain::{CopiedMessage, JsonMap, ProjectId, SessionId, SessionState};
use engine::{initial_state, restore};
use protocol::input;
use store::Restored;

use crate::{Runtime, RuntimeError, clock};

impl Runtime {
    /// Restores a session; variables and resources begin anew. False where it is active: then nothing
    /// changes.
    ///
    /// # Errors
    /// When the project has no such session, or the input does not fit its protocol.
    pub async fn restore_session(
        &self,
        project: &ProjectId,
        id: &SessionId,
        messages: Vec<CopiedMessage>,
        input: Option<JsonMap>,
    ) -> Result<bool, RuntimeError> {
        let (session, expired) = self.session(project, id).await?;
        if !expired {
            return Ok(false);
        }
        let (store, programs) = (&*self.inner.store, &self.inner.programs);
        let program = programs
            .get(store, &session.agent, &session.revision)
            .await?;
        let input = input.unwrap_or(session.state.input);
        let input = input::check(&program.inputs, input)
            .map_err(|errors| RuntimeError::InvalidInput(errors.to_string()))?;
        let now = clock::now();
        let items = restore::items(messages, now);
        let state = SessionState {
            todos: restore::todos(&items),
            ..initial_state(&program, input)
        };
        let restored = Restored {
            state: &state,
            items: &items,
            now,
            expires: now.plus(self.inner.config.session_ttl),
        };
        let was_expired = store.restore_session(project, id, restored).await?;
        was_expired.ok_or(RuntimeError::SessionNotFound)
    }
}

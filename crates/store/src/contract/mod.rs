//! What every store promises, as tests. `store_contract!` stamps them on a backend.
//!
//! To add a case: write it in the file of its aggregate and name it in the list below.

pub(crate) mod accepting;
pub(crate) mod agents;
pub(crate) mod commits;
pub(crate) mod expiry;
pub(crate) mod files;
pub(crate) mod history;
pub(crate) mod keys;
pub(crate) mod leases;
pub(crate) mod log;
pub(crate) mod model;
pub(crate) mod processes;
pub(crate) mod sessions;
pub(crate) mod starts;
mod world;

#[cfg(feature = "postgres")]
pub(crate) use world::Column;
pub(crate) use world::{Place, at};

/// Runs every case on an empty place that `$open` makes for its name, if it can make one.
macro_rules! store_contract {
    ($open:path) => {
        $crate::contract::store_contract! { $open,
            keys: [
                a_project_is_made_once,
                a_key_is_found_as_it_was_made,
                an_unknown_key_is_none,
                a_taken_key_id_is_a_conflict,
                keys_are_listed_oldest_first,
                a_revoked_key_is_found_but_not_listed,
                every_set_of_permissions_survives,
                any_text_is_a_name,
                every_choice_of_a_wire_survives,
            ],
            agents: [
                an_agent_is_found_by_id_and_by_slug,
                an_agent_that_is_not_there_is_none,
                projects_are_separate_worlds,
                a_slug_is_taken_within_its_project_only,
                agents_are_listed_by_slug,
                an_archived_agent_is_gone_and_its_slug_is_free,
                an_agent_is_archived_once,
                an_update_makes_the_newest_revision,
                the_same_content_makes_no_new_revision,
                an_older_content_comes_back_as_the_older_revision,
                an_update_never_changes_the_slug,
                what_is_not_there_is_not_updated,
                revisions_are_listed_newest_first,
            ],
            sessions: [
                a_session_is_found_as_it_was_made,
                a_session_of_another_project_is_none,
                an_expired_session_is_still_found,
                a_taken_session_id_is_a_conflict,
                a_session_needs_its_agent,
            ],
            starts: [
                a_started_session_is_taken,
                a_known_key_makes_no_session,
                a_key_stands_for_the_newest_keyed_execution,
                keys_are_those_of_one_agent,
                an_old_key_begins_anew,
                a_key_outlives_its_session,
                old_keys_are_forgotten,
                of_many_starts_with_one_key_one_is_fresh,
            ],
            leases: [
                a_free_session_is_taken,
                a_taken_session_is_busy,
                what_is_not_there_cannot_be_taken,
                an_expired_session_cannot_be_taken,
                a_session_lives_up_to_its_expiry,
                a_lease_that_ran_out_is_taken_over,
                a_lease_of_an_earlier_boot_is_taken_over_at_once,
                a_lease_of_a_node_with_a_similar_name_is_not,
                a_released_session_is_free,
                releasing_a_lost_lease_leaves_the_new_one,
                a_stale_epoch_writes_nothing,
                a_released_lease_writes_nothing,
                a_stale_epoch_rewinds_nothing,
                a_renewed_lease_lasts_longer,
                renewing_tells_which_leases_were_lost,
                a_hundred_leases_are_renewed_at_once,
                of_many_takers_one_wins,
                what_a_dead_process_ran_is_read_as_stopped,
                what_waits_or_has_ended_needs_no_lease,
                the_leases_of_earlier_boots_are_given_back,
            ],
            accepting: [
                a_free_session_is_seen_and_taken_with_the_first_commit,
                what_a_look_shows_is_the_session,
                a_look_tells_whether_an_execution_waits,
                a_look_tells_why_a_session_cannot_be_taken,
                a_lease_of_an_earlier_boot_does_not_hide_a_session,
                a_session_that_was_written_to_is_not_as_it_was_seen,
                the_last_word_of_a_leg_whose_time_ran_out_is_not_lost,
                a_session_that_ended_is_not_as_it_was_seen,
                a_taken_session_is_not_accepted,
                a_first_commit_that_is_refused_takes_nothing,
                a_leg_may_be_accepted_and_end_in_one_commit,
                of_many_that_saw_a_session_one_is_accepted,
            ],
            commits: [
                the_first_commit_makes_the_execution_and_keeps_the_lease,
                a_step_adds_items_and_keeps_the_lease,
                a_pause_waits_and_frees_the_session,
                a_pause_keeps_the_values_that_the_session_has,
                a_later_leg_runs_and_keeps_the_pause,
                an_end_drops_the_pause_and_frees_the_session,
                a_failure_is_an_end,
                a_stop_keeps_the_pause_and_frees_the_session,
                a_leg_may_begin_and_end_in_one_commit,
                a_leg_may_begin_and_pause_in_one_commit,
                a_new_trigger_stops_what_waits,
                a_new_trigger_stops_what_a_dead_node_ran,
                a_new_trigger_drops_the_pause_of_what_was_stopped,
                a_new_trigger_leaves_what_has_ended,
                a_taken_execution_id_is_a_conflict,
                a_leg_of_no_execution_is_refused_and_writes_nothing,
                a_commit_prolongs_the_session,
                a_commit_without_values_keeps_them,
                the_last_execution_is_the_one_begun_last,
            ],
            history: [
                a_new_session_has_no_history,
                items_keep_their_order_and_count_on,
                stored_items_are_what_is_read,
                every_kind_of_item_survives,
                a_large_item_survives,
                a_rewind_drops_the_newer_items,
                a_rewind_to_the_end_drops_nothing,
                a_rewind_leaves_other_sessions_alone,
                a_cut_continuation_runs_again_from_its_pause,
            ],
            log: [
                the_log_keeps_its_order,
                the_log_gives_its_newest_entries,
                entries_of_a_type_are_left_out,
                old_entries_are_forgotten,
            ],
            expiry: [
                an_expired_session_leaves_a_tombstone,
                a_session_is_expired_once,
                a_session_without_an_end_is_expired_too,
                only_what_is_there_is_expired,
                expiring_takes_the_session_from_its_leg,
                a_sweep_clears_what_has_expired,
                a_sweep_leaves_running_legs_alone,
                a_sweep_takes_sessions_of_dead_nodes,
                a_sweep_has_a_limit,
                a_session_is_swept_once,
                an_expired_session_is_restored,
                an_active_session_is_not_restored,
                restoring_takes_the_session_from_its_leg,
            ],
            files: [
                a_file_is_found_as_it_was_registered,
                files_are_listed_for_their_session,
                files_are_registered_together_or_not_at_all,
                a_session_that_has_ended_takes_no_files,
                a_file_becomes_ready_once,
                the_end_of_a_session_drops_its_files,
                dropped_files_are_told_until_they_are_forgotten,
                what_nobody_uploaded_is_dropped,
            ],
            processes: [
                reopening_keeps_everything,
                two_processes_write_at_once,
                two_processes_may_open_a_new_store_together,
                a_lease_holds_across_processes,
                a_store_that_takes_writes_answers_a_ping,
                a_dropped_write_leaves_the_store_usable,
            ],
            model: [a_store_behaves_as_its_model,],
        }
    };
    ($open:path, $($file:ident: [$($case:ident,)*],)*) => {$(
        mod $file {
            $(
                #[tokio::test]
                async fn $case() {
                    let name = concat!(stringify!($file), "::", stringify!($case));
                    if let Some(place) = $open(name).await {
                        $crate::contract::$file::$case(place).await;
                    }
                }
            )*
        }
    )*};
}
pub(crate) use store_contract;

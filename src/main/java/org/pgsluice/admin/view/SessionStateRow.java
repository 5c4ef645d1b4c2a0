package org.pgsluice.admin.view;

import java.util.List;

/**
 * What one pool did about its clients' sessions.
 *
 * @param mode session_state, as it counts for the pool
 * @param questions how often servers were asked what their sessions have
 * @param audits how often without a reason
 * @param leaks how often that has found something
 * @param refusals how often clients were refused what they had left
 * @param pins how often servers began to stay with clients, by the reasons in their order
 */
public record SessionStateRow(String database, String user, String mode, long questions, long audits, long leaks, long refusals, List<Long> pins) {}

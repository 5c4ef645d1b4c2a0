package org.pgsluice.config;

/** A user whose secret the environment gives, in the role of a line of auth_file. */
public record UserEntry(String name, Secret secret) {}

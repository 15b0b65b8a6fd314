CREATE TABLE `application_transitions` (
	`application_id` text NOT NULL,
	`revision` integer NOT NULL,
	`event` text NOT NULL,
	`from_status` text NOT NULL,
	`to_status` text NOT NULL,
	`actor` text NOT NULL,
	`reason` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`application_id`, `revision`)
);
--> statement-breakpoint
CREATE TABLE `applications` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`revision` integer NOT NULL,
	`language` text NOT NULL,
	`purpose` text,
	`affiliation` text,
	`email_hash` text,
	`company_hash` text,
	`status_token_hash` text NOT NULL,
	`submitted_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`rejection_code` text,
	`tenant_id` text,
	`assignee` text,
	`data_destroyed_at` integer
);
--> statement-breakpoint
CREATE INDEX `applications_by_status` ON `applications` (`status`,`changed_at`);--> statement-breakpoint
CREATE INDEX `applications_by_email` ON `applications` (`email_hash`);--> statement-breakpoint
CREATE INDEX `applications_by_company` ON `applications` (`company_hash`);--> statement-breakpoint
CREATE INDEX `applications_by_tenant` ON `applications` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `consents` (
	`application_id` text NOT NULL,
	`kind` text NOT NULL,
	`granted` integer NOT NULL,
	`version` text NOT NULL,
	`language` text NOT NULL,
	`text_digest` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`application_id`, `kind`)
);
--> statement-breakpoint
CREATE TABLE `one_time_tokens` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`application_id` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `one_time_tokens_by_application` ON `one_time_tokens` (`application_id`);--> statement-breakpoint
CREATE TABLE `attempts` (
	`bucket` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`ends_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `audit_head` (
	`id` integer PRIMARY KEY NOT NULL,
	`sequence` integer NOT NULL,
	`hash` text NOT NULL,
	`mac` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `audit_log` (
	`sequence` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `ended_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `ended_sessions_by_expiry` ON `ended_sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `mails` (
	`id` text PRIMARY KEY NOT NULL,
	`application_id` text,
	`template` text NOT NULL,
	`subject_id` text,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`due_at` integer NOT NULL,
	`failure` text,
	`created_at` integer NOT NULL,
	`sent_at` integer
);
--> statement-breakpoint
CREATE INDEX `mails_by_due` ON `mails` (`status`,`due_at`);--> statement-breakpoint
CREATE INDEX `mails_by_application` ON `mails` (`application_id`);--> statement-breakpoint
CREATE TABLE `node_health` (
	`node_id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`models` text NOT NULL,
	`load` integer NOT NULL,
	`latency_ms` integer NOT NULL,
	`checked_at` integer NOT NULL,
	`since` integer NOT NULL,
	`report` text
);
--> statement-breakpoint
CREATE TABLE `node_join_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`note` text,
	`max_uses` integer NOT NULL,
	`uses` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	CONSTRAINT "node_join_tokens_bound" CHECK("node_join_tokens"."uses" <= "node_join_tokens"."max_uses")
);
--> statement-breakpoint
CREATE TABLE `node_throughput` (
	`node_id` text NOT NULL,
	`hour` integer NOT NULL,
	`answers` integer NOT NULL,
	`prompt_tokens` integer NOT NULL,
	`generated_tokens` integer NOT NULL,
	PRIMARY KEY(`node_id`, `hour`)
);
--> statement-breakpoint
CREATE TABLE `nodes` (
	`id` text PRIMARY KEY NOT NULL,
	`url` text,
	`master_key_id` text,
	`sealed_secret` blob,
	`adapter` text NOT NULL,
	`weight` real NOT NULL,
	`region` text,
	`models` text,
	`draining` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`credential_hash` text,
	`lease_ends_at` integer,
	`leaving` integer DEFAULT false NOT NULL,
	`version` text
);
--> statement-breakpoint
CREATE TABLE `open_breakers` (
	`node_id` text PRIMARY KEY NOT NULL,
	`since` integer NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `reviewers` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `share_links` (
	`id` text PRIMARY KEY NOT NULL,
	`token_hash` text NOT NULL,
	`tenant_id` text NOT NULL,
	`evaluation_id` text NOT NULL,
	`shows_rows` integer NOT NULL,
	`key_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `share_links_token_hash_unique` ON `share_links` (`token_hash`);--> statement-breakpoint
CREATE INDEX `share_links_evaluation` ON `share_links` (`tenant_id`,`evaluation_id`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`start` text NOT NULL,
	`scopes` text NOT NULL,
	`limits` text,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer,
	`replaced_by` text,
	`replaces` text,
	`reminded_at` integer,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash_unique` ON `api_keys` (`hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_replaces_unique` ON `api_keys` (`replaces`);--> statement-breakpoint
CREATE INDEX `api_keys_by_tenant` ON `api_keys` (`tenant_id`);--> statement-breakpoint
CREATE INDEX `api_keys_by_expiry` ON `api_keys` (`expires_at`);--> statement-breakpoint
CREATE TABLE `deletion_receipts` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`requested_by` text NOT NULL,
	`deleted_at` integer NOT NULL,
	`keys` integer NOT NULL,
	`sealed_records` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deletion_receipts_tenant_id_unique` ON `deletion_receipts` (`tenant_id`);--> statement-breakpoint
CREATE TABLE `plans` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`requests_per_minute` integer NOT NULL,
	`concurrent` integer NOT NULL,
	`tokens_per_day` integer NOT NULL,
	`models` text,
	`evaluation_rows` integer NOT NULL,
	`retention_days` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `tenants` (
	`id` text PRIMARY KEY NOT NULL,
	`mode` text NOT NULL,
	`status` text NOT NULL,
	`plan_id` text NOT NULL,
	`models` text,
	`scopes` text NOT NULL,
	`application_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`last_used_at` integer,
	FOREIGN KEY (`plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `usage_rollups` (
	`tenant_id` text NOT NULL,
	`day` text NOT NULL,
	`model` text NOT NULL,
	`requests` integer NOT NULL,
	`rated` integer NOT NULL,
	`no_rating` integer NOT NULL,
	`truncated` integer NOT NULL,
	`failed` integer NOT NULL,
	`prompt_tokens` integer NOT NULL,
	`completion_tokens` integer NOT NULL,
	`cached_edge` integer DEFAULT 0 NOT NULL,
	`cached_stored` integer DEFAULT 0 NOT NULL,
	`joined` integer DEFAULT 0 NOT NULL,
	`latency` text DEFAULT '{}' NOT NULL,
	PRIMARY KEY(`tenant_id`, `day`, `model`)
);
--> statement-breakpoint
CREATE INDEX `usage_rollups_by_day` ON `usage_rollups` (`day`);--> statement-breakpoint
CREATE TABLE `sealed_records` (
	`id` text PRIMARY KEY NOT NULL,
	`application_id` text NOT NULL,
	`kind` text NOT NULL,
	`master_key_id` text NOT NULL,
	`wrapped_key` blob NOT NULL,
	`ciphertext` blob NOT NULL,
	`sealed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sealed_records_by_application` ON `sealed_records` (`application_id`);--> statement-breakpoint
CREATE INDEX `sealed_records_by_master_key` ON `sealed_records` (`master_key_id`);--> statement-breakpoint
CREATE TABLE `service_keys` (
	`purpose` text PRIMARY KEY NOT NULL,
	`master_key_id` text NOT NULL,
	`wrapped_key` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL,
	`url` text NOT NULL,
	`events` text NOT NULL,
	`master_key_id` text NOT NULL,
	`sealed_secret` blob NOT NULL,
	`previous_master_key_id` text,
	`previous_secret` blob,
	`overlaps_until` integer,
	`disabled` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `webhooks_by_tenant` ON `webhooks` (`tenant_id`);--> statement-breakpoint
-- The plans a new installation starts with; the operator changes them through /admin/v1/plans.
INSERT INTO plans (id, name, requests_per_minute, concurrent, tokens_per_day, models, evaluation_rows, retention_days) VALUES
  ('research', 'Research and education', 60, 4, 2000000, NULL, 2000, 90),
  ('commercial', 'Commercial', 300, 16, 20000000, NULL, 20000, 90),
  ('demo', 'Demo on one machine', 600, 16, 5000000, NULL, 2000, 30);

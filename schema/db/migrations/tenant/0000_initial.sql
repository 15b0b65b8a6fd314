CREATE TABLE `attempts` (
	`id` text PRIMARY KEY NOT NULL,
	`created_at` integer NOT NULL,
	`request_id` text NOT NULL,
	`fingerprint` text NOT NULL,
	`key_id` text NOT NULL,
	`model` text NOT NULL,
	`code` text NOT NULL,
	`characters` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `idempotent_requests` (
	`key_id` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`request_sha256` text NOT NULL,
	`judgment_ids` text,
	`content_type` text,
	`created_at` integer NOT NULL,
	`characters` integer DEFAULT 0 NOT NULL,
	`body` text,
	PRIMARY KEY(`key_id`, `idempotency_key`)
);
--> statement-breakpoint
CREATE INDEX `idempotent_requests_age` ON `idempotent_requests` (`created_at`);--> statement-breakpoint
CREATE TABLE `judgments` (
	`id` text PRIMARY KEY NOT NULL,
	`fingerprint` text NOT NULL,
	`created_at` integer NOT NULL,
	`key_id` text NOT NULL,
	`model` text NOT NULL,
	`template` text NOT NULL,
	`verdict` text NOT NULL,
	`rating` real,
	`request` text NOT NULL,
	`judgment` text NOT NULL,
	`expires_at` integer,
	`evaluation_id` text,
	`evaluation_row` integer
);
--> statement-breakpoint
CREATE INDEX `judgments_fingerprint` ON `judgments` (`fingerprint`);--> statement-breakpoint
CREATE INDEX `judgments_expiry` ON `judgments` (`expires_at`);--> statement-breakpoint
CREATE INDEX `judgments_evaluation` ON `judgments` (`evaluation_id`,`id`) WHERE "judgments"."evaluation_id" is not null;--> statement-breakpoint
CREATE INDEX `judgments_evaluation_row` ON `judgments` (`evaluation_id`,`evaluation_row`) WHERE "judgments"."evaluation_row" is not null;--> statement-breakpoint
CREATE INDEX `judgments_model` ON `judgments` (`model`,`id`);--> statement-breakpoint
CREATE TABLE `rate_marks` (
	`subject` text PRIMARY KEY NOT NULL,
	`arrival` real NOT NULL
);
--> statement-breakpoint
CREATE TABLE `usage` (
	`day` text NOT NULL,
	`key_id` text NOT NULL,
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
	PRIMARY KEY(`day`, `key_id`, `model`)
);
--> statement-breakpoint
CREATE TABLE `usage_latency` (
	`day` text NOT NULL,
	`key_id` text NOT NULL,
	`model` text NOT NULL,
	`bucket` integer NOT NULL,
	`runs` integer NOT NULL,
	PRIMARY KEY(`day`, `key_id`, `model`, `bucket`)
);
--> statement-breakpoint
CREATE TABLE `archive_parts` (
	`archive_id` text NOT NULL,
	`number` integer NOT NULL,
	`bytes` blob NOT NULL,
	PRIMARY KEY(`archive_id`, `number`)
);
--> statement-breakpoint
CREATE TABLE `dataset_names` (
	`name` text PRIMARY KEY NOT NULL,
	`last_version` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `datasets` (
	`digest` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`name_source` text NOT NULL,
	`questions` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `datasets_name` ON `datasets` (`name`,`version`);--> statement-breakpoint
CREATE TABLE `evaluation_judgments` (
	`evaluation_id` text NOT NULL,
	`position` integer NOT NULL,
	`row` integer NOT NULL,
	`turn` integer NOT NULL,
	`repeat` integer NOT NULL,
	`template` text NOT NULL,
	`label` real,
	`state` text NOT NULL,
	`rating` real,
	`expected` real,
	`judgment_id` text,
	`weights` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`failure` text,
	`imported` text,
	PRIMARY KEY(`evaluation_id`, `position`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `evaluation_judgments_row` ON `evaluation_judgments` (`evaluation_id`,`row`,`turn`,`repeat`);--> statement-breakpoint
CREATE INDEX `evaluation_judgments_pending` ON `evaluation_judgments` (`evaluation_id`,`position`) WHERE "evaluation_judgments"."state" = 'pending';--> statement-breakpoint
CREATE TABLE `evaluation_labels` (
	`evaluation_id` text NOT NULL,
	`row` integer NOT NULL,
	`turn` integer NOT NULL,
	`label` real NOT NULL,
	`note` text NOT NULL,
	`key_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`evaluation_id`, `row`, `turn`)
);
--> statement-breakpoint
CREATE TABLE `evaluation_rows` (
	`evaluation_id` text NOT NULL,
	`number` integer NOT NULL,
	`id` text NOT NULL,
	`id_is_given` integer NOT NULL,
	`model` text,
	`category` text,
	`label` real,
	`input` text NOT NULL,
	`planned` text NOT NULL,
	`prefix` text NOT NULL,
	`question_digest` text NOT NULL,
	`turn_digests` text NOT NULL,
	`item_digest` text NOT NULL,
	`published` text,
	`languages_differ` integer,
	`sample` integer DEFAULT 1 NOT NULL,
	PRIMARY KEY(`evaluation_id`, `number`)
);
--> statement-breakpoint
CREATE TABLE `evaluation_tallies` (
	`evaluation_id` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`evaluation_id`, `kind`, `key`)
);
--> statement-breakpoint
CREATE TABLE `evaluations` (
	`id` text PRIMARY KEY NOT NULL,
	`key_id` text NOT NULL,
	`audit_id` text,
	`status` text NOT NULL,
	`options` text NOT NULL,
	`tags` text DEFAULT '[]' NOT NULL,
	`baseline_for` text DEFAULT '[]' NOT NULL,
	`preview` text,
	`file_sha256` text,
	`dataset` text,
	`rows` integer DEFAULT 0 NOT NULL,
	`judgments` integer DEFAULT 0 NOT NULL,
	`rated` integer DEFAULT 0 NOT NULL,
	`wrong` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`generation` integer DEFAULT 0 NOT NULL,
	`paused_because` text,
	`weights_digest` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`progressed_at` integer NOT NULL,
	`enqueued_at` integer,
	`finished_at` integer,
	`expires_at` integer NOT NULL,
	`model_datasets` text,
	`overall_score` text,
	`model_scores` text,
	`tallied` integer DEFAULT false NOT NULL,
	`label_revision` integer DEFAULT 0 NOT NULL,
	`imported` text
);
--> statement-breakpoint
CREATE TABLE `audit_cases` (
	`evaluation_id` text NOT NULL,
	`number` integer NOT NULL,
	`probe` text NOT NULL,
	`repeat` integer NOT NULL,
	`source_row` integer NOT NULL,
	`answer_length` integer NOT NULL,
	PRIMARY KEY(`evaluation_id`, `number`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_cases_identity` ON `audit_cases` (`evaluation_id`,`source_row`,`probe`,`repeat`);--> statement-breakpoint
CREATE TABLE `audits` (
	`id` text PRIMARY KEY NOT NULL,
	`evaluation_id` text NOT NULL,
	`settings` text NOT NULL,
	`plan_digest` text NOT NULL,
	`findings` text,
	`findings_state` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audits_evaluation` ON `audits` (`evaluation_id`);--> statement-breakpoint
CREATE TABLE `batch_lines` (
	`batch_id` text NOT NULL,
	`position` integer NOT NULL,
	`custom_id` text NOT NULL,
	`request` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`status_code` integer,
	`response` text,
	PRIMARY KEY(`batch_id`, `position`)
);
--> statement-breakpoint
CREATE INDEX `batch_lines_state` ON `batch_lines` (`batch_id`,`state`,`position`);--> statement-breakpoint
CREATE TABLE `batches` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`options` text NOT NULL,
	`input_file_id` text NOT NULL,
	`output_file_id` text,
	`error_file_id` text,
	`errors` text,
	`total` integer NOT NULL,
	`completed` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`generation` integer DEFAULT 0 NOT NULL,
	`paused_because` text,
	`created_at` integer NOT NULL,
	`begun_at` integer,
	`progressed_at` integer NOT NULL,
	`enqueued_at` integer,
	`finished_at` integer,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `file_parts` (
	`file_id` text NOT NULL,
	`number` integer NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`file_id`, `number`)
);
--> statement-breakpoint
CREATE TABLE `files` (
	`id` text PRIMARY KEY NOT NULL,
	`filename` text NOT NULL,
	`purpose` text NOT NULL,
	`bytes` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`arriving` integer DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE `completions` (
	`id` text PRIMARY KEY NOT NULL,
	`event` text NOT NULL,
	`subject` text NOT NULL,
	`evaluation_id` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	`webhook_id` text NOT NULL,
	`id` text NOT NULL,
	`event` text NOT NULL,
	`subject` text NOT NULL,
	`body` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`http_status` integer,
	`failure` text,
	`created_at` integer NOT NULL,
	`due_at` integer,
	`finished_at` integer,
	PRIMARY KEY(`webhook_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `webhook_deliveries_due` ON `webhook_deliveries` (`due_at`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_age` ON `webhook_deliveries` (`webhook_id`,`created_at`);--> statement-breakpoint
-- the row of a deleted evaluation goes with the last judgment of it
CREATE TRIGGER `judgments_last_of_row` AFTER DELETE ON `judgments`
WHEN OLD.`evaluation_row` IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM `evaluations` WHERE `id` = OLD.`evaluation_id`)
  AND NOT EXISTS (
    SELECT 1 FROM `judgments` WHERE `evaluation_id` = OLD.`evaluation_id` AND `evaluation_row` = OLD.`evaluation_row`
  )
BEGIN
  DELETE FROM `evaluation_rows` WHERE `evaluation_id` = OLD.`evaluation_id` AND `number` = OLD.`evaluation_row`;
END;

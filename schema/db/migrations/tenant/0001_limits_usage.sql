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
CREATE TABLE `idempotent_answers` (
	`key_id` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`request_sha256` text NOT NULL,
	`status` integer NOT NULL,
	`content_type` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`key_id`, `idempotency_key`)
);
--> statement-breakpoint
CREATE INDEX `idempotent_answers_age` ON `idempotent_answers` (`created_at`);--> statement-breakpoint
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
	PRIMARY KEY(`day`, `key_id`, `model`)
);
--> statement-breakpoint
ALTER TABLE `judgments` ADD `expires_at` integer;--> statement-breakpoint
ALTER TABLE `judgments` ADD `evaluation_id` text;--> statement-breakpoint
CREATE INDEX `judgments_expiry` ON `judgments` (`expires_at`);--> statement-breakpoint
CREATE INDEX `judgments_evaluation` ON `judgments` (`evaluation_id`,`id`);--> statement-breakpoint
CREATE INDEX `judgments_model` ON `judgments` (`model`,`id`);
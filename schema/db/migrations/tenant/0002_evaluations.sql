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
	`judgment_id` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`failure_code` text,
	`failure_detail` text,
	PRIMARY KEY(`evaluation_id`, `position`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `evaluation_judgments_row` ON `evaluation_judgments` (`evaluation_id`,`row`,`turn`,`repeat`);--> statement-breakpoint
CREATE INDEX `evaluation_judgments_pending` ON `evaluation_judgments` (`evaluation_id`,`position`) WHERE "evaluation_judgments"."state" = 'pending';--> statement-breakpoint
CREATE TABLE `evaluation_rows` (
	`evaluation_id` text NOT NULL,
	`number` integer NOT NULL,
	`id` text NOT NULL,
	`model` text,
	`category` text,
	`label` real,
	`input` text NOT NULL,
	`planned` text NOT NULL,
	`prefix` text NOT NULL,
	`question_digest` text NOT NULL,
	`published` text,
	`languages_differ` integer,
	PRIMARY KEY(`evaluation_id`, `number`)
);
--> statement-breakpoint
CREATE TABLE `evaluations` (
	`id` text PRIMARY KEY NOT NULL,
	`key_id` text NOT NULL,
	`status` text NOT NULL,
	`options` text NOT NULL,
	`preview` text,
	`file_sha256` text,
	`dataset` text,
	`rows` integer DEFAULT 0 NOT NULL,
	`judgments` integer DEFAULT 0 NOT NULL,
	`rated` integer DEFAULT 0 NOT NULL,
	`wrong` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`dispatched` integer DEFAULT 0 NOT NULL,
	`generation` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`progressed_at` integer NOT NULL,
	`finished_at` integer,
	`expires_at` integer NOT NULL,
	`standings` text
);

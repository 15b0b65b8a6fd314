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
	`created_at` integer NOT NULL,
	`progressed_at` integer NOT NULL,
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
	`expires_at` integer NOT NULL
);

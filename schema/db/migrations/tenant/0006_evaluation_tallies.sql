CREATE TABLE `evaluation_tallies` (
	`evaluation_id` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`evaluation_id`, `kind`, `key`)
);
--> statement-breakpoint
ALTER TABLE `evaluations` ADD `tallied` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `batches` ADD `begun_at` integer;
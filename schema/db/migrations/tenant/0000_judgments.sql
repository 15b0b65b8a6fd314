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
	`judgment` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `judgments_fingerprint` ON `judgments` (`fingerprint`);
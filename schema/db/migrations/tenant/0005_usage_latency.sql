CREATE TABLE `usage_latency` (
	`day` text NOT NULL,
	`key_id` text NOT NULL,
	`model` text NOT NULL,
	`bucket` integer NOT NULL,
	`runs` integer NOT NULL,
	PRIMARY KEY(`day`, `key_id`, `model`, `bucket`)
);
--> statement-breakpoint
ALTER TABLE `usage` ADD `cached_edge` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `usage` ADD `cached_stored` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `usage` ADD `joined` integer DEFAULT 0 NOT NULL;
CREATE TABLE `node_health` (
	`node_id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`models` text NOT NULL,
	`load` integer NOT NULL,
	`latency_ms` integer NOT NULL,
	`checked_at` integer NOT NULL,
	`since` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `nodes` (
	`id` text PRIMARY KEY NOT NULL,
	`url` text NOT NULL,
	`master_key_id` text,
	`sealed_secret` blob,
	`adapter` text NOT NULL,
	`weight` real NOT NULL,
	`region` text,
	`models` text,
	`draining` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
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
	PRIMARY KEY(`tenant_id`, `day`, `model`)
);
--> statement-breakpoint
CREATE INDEX `usage_rollups_by_day` ON `usage_rollups` (`day`);
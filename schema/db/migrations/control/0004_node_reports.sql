ALTER TABLE `node_health` ADD `report` text;--> statement-breakpoint
ALTER TABLE `usage_rollups` ADD `cached_edge` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `usage_rollups` ADD `cached_stored` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `usage_rollups` ADD `joined` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `usage_rollups` ADD `latency` text DEFAULT '{}' NOT NULL;
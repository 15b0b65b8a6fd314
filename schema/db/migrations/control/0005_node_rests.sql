CREATE TABLE `node_rests` (
	`node_id` text PRIMARY KEY NOT NULL,
	`since` integer NOT NULL,
	`until` integer NOT NULL
);

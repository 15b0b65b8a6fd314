#!/usr/bin/env node
import { onOwnNode } from './on-own-node.mjs'

// Node.js that runs TypeScript needs no other process
if (process.features.typescript) await import('../client/command/main.ts')
else onOwnNode('client/command/main.ts')

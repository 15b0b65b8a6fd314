#!/usr/bin/env node
import { onOwnNode } from './on-own-node.mjs'

onOwnNode('client/command/main.ts')

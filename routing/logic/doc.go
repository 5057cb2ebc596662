// Package logic reads how a condition is composed, for warnings: whether another one makes
// it needless, or whether it can never be true. It runs none, and decides nothing.
package logic

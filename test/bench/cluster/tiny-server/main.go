// An MCP server of a few MB that is there at once: a hundred of them show what Mooring costs, not what a hundred Nodes do.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params struct {
		ProtocolVersion string `json:"protocolVersion"`
	} `json:"params"`
}

func answer(asked message) string {
	switch asked.Method {
	case "initialize":
		version, _ := json.Marshal(asked.Params.ProtocolVersion)
		return fmt.Sprintf(`"result":{"protocolVersion":%s,"capabilities":{"tools":{}},"serverInfo":{"name":"tiny","version":"1.0.0"}}`, version)
	case "ping":
		return `"result":{}`
	case "tools/list":
		return `"result":{"tools":[{"name":"echo","description":"Answers.","inputSchema":{"type":"object"}}]}`
	default:
		return `"error":{"code":-32601,"message":"Method not found"}`
	}
}

func serve(response http.ResponseWriter, request *http.Request) {
	var asked message
	if request.Method != http.MethodPost {
		response.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if json.NewDecoder(http.MaxBytesReader(response, request.Body, 1<<20)).Decode(&asked) != nil {
		response.WriteHeader(http.StatusBadRequest)
		return
	}
	if asked.ID == nil {
		response.WriteHeader(http.StatusAccepted)
		return
	}
	response.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(response, `{"jsonrpc":"2.0","id":%s,%s}`, asked.ID, answer(asked))
}

func main() {
	// The first process of a container does not die of a signal by itself.
	ends := make(chan os.Signal, 1)
	signal.Notify(ends, syscall.SIGTERM)
	go func() { <-ends; os.Exit(0) }()
	http.HandleFunc("/mcp", serve)
	if err := http.ListenAndServe(os.Getenv("HOST")+":"+os.Getenv("PORT"), nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
